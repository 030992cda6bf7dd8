"""Files that were handed in as evidence, and how other types show the files that prove them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import strawberry

from domain.core import files as models
from domain.core.access import may_read
from schema.core import ID, Info, Node, computed, global_id, node
from schema.core.attached_files import attached_file
from schema.core.file_links import new_link
from schema.core.scalars import URL


@node(models.StoredFile)
class StoredFile(Node):
    """A file handed in as evidence, accepted by its content (S-8). | 佐证材料文件"""

    name: str
    media_type: str
    size: int
    sha256: str

    @computed(
        "下载地址：限当前用户、10分钟内有效的路径 | Where to download it: a path that works for this viewer, for ten minutes"
    )
    def url(self, info: Info) -> URL:
        """A file is readable by whoever may see the object it proves. Whoever selects this field has reached the file
        through such an object (or owns it), so minting the link here is the authorisation. See `file_links`.
        """
        row: Any = self  # resolvers of nodes run on the model's row
        return URL(new_link(ID(global_id("StoredFile", row.id)), info.context.viewer))


def attached(column: str, description: str = "所附文件 | The file attached") -> Any:
    """The file that a row carries in `column` (`file_id`), read with the row and not under its own jurisdiction.

        file: StoredFile | None = attached("file_id")

    `visible(StoredFile, ...)` knows only who handed a file in, so a plain relation would be null for the bureau that
    must read an application's attachments. Here the *parent* row was visible, and the file is part of what it says:
    who may see the attachment may see what is attached. A column that the parent's model masks stays masked.
    """
    relation = column.removesuffix("_id")

    def resolve(root: Any, info: Info) -> Any:
        for name in (column, relation):
            if not may_read(type(root), name, info.context.viewer):
                return None
        id: UUID | None = getattr(root, column)
        return None if id is None else attached_file(info.context, id)

    resolve.__annotations__["return"] = StoredFile | None
    return strawberry.field(resolver=resolve, description=description)
