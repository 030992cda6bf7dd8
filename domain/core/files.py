"""Evidence: files that people hand in. The bytes lie in the object store under their hash; the row says whose they are."""

from __future__ import annotations

from uuid import UUID

from tortoise import fields

from domain.core.access import Scope, everything, own
from domain.core.roles import Role
from domain.core.rows import Row

#: Hats of single persons: what a colleague of the same organisation hands in is none of their business.
PERSONAL_ROLES = frozenset({Role.EXPERT, Role.APPLICANT})


class StoredFile(Row):
    """A file handed in as evidence, checked by content. Whoever may see the object it proves, may read it. | 佐证材料文件"""

    organisation_id: UUID = fields.UUIDField(description="所属机构 | The organisation it belongs to")
    uploaded_by_id: UUID | None = fields.UUIDField(
        null=True, description="上传账号 | The account that handed it in"
    )
    name = fields.CharField(200, description="文件名 | The file's name")
    media_type = fields.CharField(100, description="媒体类型 | What its content is")
    size = fields.IntField(description="字节数 | Its size in bytes")
    sha256 = fields.CharField(64, description="内容散列 | The hash of its content")

    jurisdiction = {
        Role.UNIT: own("organisation_id"),
        Role.SUPERVISING_DEPARTMENT: own("organisation_id"),
        Role.DISTRICT_BUREAU: own("organisation_id"),
        Role.INDUSTRY_AUTHORITY: own("organisation_id"),
        Role.MUNICIPAL_BUREAU: everything,
        Role.EXPERT: Scope("uploaded_by_id", whose="account_id"),
        Role.APPLICANT: Scope("uploaded_by_id", whose="account_id"),
    }

    class Meta:
        table = "stored_files"
