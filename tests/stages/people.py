"""Invented people, bodies and files: each call makes its own, so that no test meets another's."""

from __future__ import annotations

from itertools import count
from random import SystemRandom
from uuid import UUID, uuid4

from stdnum.cn import ric, uscc

from domain.accounts.models import Account, Organisation, OrganisationKind, Person, RoleGrant
from domain.core.evidence import Evidence, hand_in
from domain.core.evidence_files import MediaType
from domain.core.files import StoredFile
from domain.core.object_store import evidence_key, write
from domain.core.roles import Role, Viewer

_RANDOM = SystemRandom()
_NUMBERS = count(1)


def credit_code() -> str:
    """A valid unified social credit code that no other call gives."""
    body = "91110108" + "".join(_RANDOM.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    return body + str(uscc.calc_check_digit(body))


def identity_number() -> str:
    """A valid identity number that no other call gives, with the unassigned area code 110000."""
    number = next(_NUMBERS)
    year, month, day, serial = (
        1950 + number // 270_000,
        1 + number // 27_000 % 10,
        1 + number // 1000 % 27,
        number,
    )
    body = f"110000{year}{month:02}{day:02}{serial % 1000:03}"
    return body + str(ric.calc_check_digit(body + "0"))


async def organisation(kind: OrganisationKind, name: str = "") -> Organisation:
    return await Organisation.create(
        kind=kind, code=f"T{uuid4().hex[:20]}", name=name or f"{kind} {uuid4().hex[:6]}"
    )


async def municipal_bureau() -> Organisation:
    """The one municipal bureau, which the reference data bring."""
    return await Organisation.get(kind=OrganisationKind.MUNICIPAL_BUREAU)


async def officer(
    role: Role, organisation_id: UUID, name: str = "经办人", person: Person | None = None
) -> Viewer:
    """An account with one hat, as a viewer."""
    id = uuid4()
    account = await Account.create(
        id=id, login=f"{role.lower()}-{id.hex[:12]}", name=name, subject=str(id), person=person
    )
    grant = await RoleGrant.create(
        account_id=account.id, role=role, organisation_id=organisation_id, is_default=True
    )
    return Viewer(
        role,
        organisation_id=organisation_id,
        account_id=account.id,
        person_id=person.id if person else None,
        grant_id=grant.id,
        name=name,
    )


async def login_of(viewer: Viewer) -> str:
    return (await Account.get(id=viewer.account_id)).login


async def paper(viewer: Viewer, name: str = "材料.pdf") -> StoredFile:
    """A PDF that the viewer's organisation handed in; no two are alike."""
    content = f"%PDF-1.4\n{uuid4()}\n%%EOF".encode()
    return await hand_in(viewer, Evidence(name, MediaType.PDF, content, uuid4().hex * 2))


async def spreadsheet(viewer: Viewer, content: bytes) -> StoredFile:
    """A roster file of the viewer's organisation, whatever it holds."""
    digest = uuid4().hex * 2
    await write(evidence_key(digest), content)
    return await StoredFile.create(
        organisation_id=viewer.organisation_id,
        uploaded_by_id=viewer.account_id,
        name="花名册.xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        size=len(content),
        sha256=digest,
    )
