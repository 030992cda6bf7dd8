"""Who acts: the hats of the Measures, and the viewer who wears exactly one of them in a request.

Six kinds of people and bodies (Art. 2, 4, 6, 8, 12). The industry authority and the supervising department of a unit
may be the same body, but they are two relations with different rights, so they are two hats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """A hat: what somebody may be, at one organisation. | 角色"""

    UNIT = "UNIT"
    SUPERVISING_DEPARTMENT = "SUPERVISING_DEPARTMENT"
    DISTRICT_BUREAU = "DISTRICT_BUREAU"
    INDUSTRY_AUTHORITY = "INDUSTRY_AUTHORITY"
    MUNICIPAL_BUREAU = "MUNICIPAL_BUREAU"
    EXPERT = "EXPERT"
    APPLICANT = "APPLICANT"
    MACHINE = "MACHINE"
    PUBLIC = "PUBLIC"
    SYSTEM = "SYSTEM"


AUTHORITIES = frozenset(
    {Role.MUNICIPAL_BUREAU, Role.INDUSTRY_AUTHORITY, Role.DISTRICT_BUREAU, Role.SUPERVISING_DEPARTMENT}
)
GRANTABLE = AUTHORITIES | {Role.UNIT, Role.EXPERT, Role.APPLICANT}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody acting under exactly one grant. Rights are never the union of several hats.

    `person_id` is the natural person behind the account (an expert, an applicant, an officer).
    `scopes` limit a machine client; None means that no scope limits apply.
    """

    role: Role
    organisation_id: UUID | None = None
    account_id: UUID | None = None
    person_id: UUID | None = None
    grant_id: UUID | None = None
    client_id: str | None = None
    name: str = ""
    scopes: frozenset[str] | None = field(default=None)

    @property
    def actor_key(self) -> str:
        """The actor as idempotency keys and audit rows name it: a grant, a client, or the role itself."""
        return str(self.grant_id or self.client_id or self.role)


PUBLIC = Viewer(Role.PUBLIC)
SYSTEM = Viewer(Role.SYSTEM, name="system")
