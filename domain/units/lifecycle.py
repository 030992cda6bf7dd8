"""What may happen to a unit (Art. 4, 8(5), 9(1), 13)."""

from __future__ import annotations

from domain.core.errors import Refusal, RuleBroken
from domain.core.lifecycle import Facts, Lifecycle, begins, moves
from domain.core.roles import Role
from domain.units.models import Unit
from domain.units.names import UnitState

CANDIDATE, ACTIVE, SUSPENDED, WITHDRAWN = UnitState
#: A unit that applies (again) may correct its profile; one that holds the right changes it by a new application.
APPLYING = (CANDIDATE, WITHDRAWN)
OPERATING = (CANDIDATE, ACTIVE, SUSPENDED)


def no_application_is_under_way(unit: Unit, facts: Facts) -> Refusal | None:
    """Route and jurisdiction follow from the profile, so it stands still from submission on (Art. 8(1), 8(3))."""
    if not unit.profile_locked:
        return None
    return RuleBroken(
        "R-8.7",
        "申请提交后单位信息不得修改，退回补正后方可修改。",
        "The profile stands still while an application is under way; it opens again when that is returned.",
    )


UNIT = Lifecycle(
    "unit",
    Unit,
    UnitState,
    (
        begins(
            "register",
            CANDIDATE,
            by={Role.UNIT, Role.MUNICIPAL_BUREAU},
            article="4",
            zh="登记单位",
            en="Register the unit",
        ),
        moves(
            "edit_profile",
            APPLYING,
            None,
            by={Role.UNIT, Role.MUNICIPAL_BUREAU},
            when=[no_application_is_under_way],
            article="5",
            zh="修改单位信息",
            en="Edit the profile",
        ),
        moves(
            "update_staff_figures",
            (ACTIVE, SUSPENDED),
            None,
            by={Role.UNIT},
            when=[no_application_is_under_way],
            article="7(2)",
            zh="更新人员数",
            en="Update the staff figures",
        ),
        moves(
            "record_office",
            OPERATING,
            None,
            by={Role.UNIT},
            article="9(1)",
            zh="登记专职机构",
            en="Record the dedicated office",
        ),
        moves(
            "import_roster",
            OPERATING,
            None,
            by={Role.UNIT},
            article="6",
            zh="导入花名册",
            en="Import the roster",
        ),
        moves(
            "record_departure",
            OPERATING,
            None,
            by={Role.UNIT},
            article="6",
            zh="登记离职",
            en="Record that somebody left",
        ),
        moves(
            "lock_profile",
            UnitState,
            None,
            by={Role.SYSTEM},
            article="8(1)",
            zh="锁定单位信息",
            en="Lock the profile",
        ),
        moves(
            "unlock_profile",
            UnitState,
            None,
            by={Role.SYSTEM},
            article="8(1)",
            zh="解除单位信息锁定",
            en="Unlock the profile",
        ),
        moves(
            "recognise",
            (CANDIDATE, ACTIVE, WITHDRAWN),
            ACTIVE,
            by={Role.SYSTEM},
            article="8(5)",
            zh="确定为自主评审单位",
            en="Recognise the unit",
        ),
        moves(
            "suspend",
            ACTIVE,
            SUSPENDED,
            by={Role.MUNICIPAL_BUREAU, Role.SYSTEM},
            article="13",
            zh="暂停评审",
            en="Suspend",
        ),
        moves(
            "resume",
            SUSPENDED,
            ACTIVE,
            by={Role.MUNICIPAL_BUREAU, Role.SYSTEM},
            article="13",
            zh="恢复评审",
            en="Resume",
        ),
        moves(
            "withdraw_right",
            (ACTIVE, SUSPENDED),
            WITHDRAWN,
            by={Role.MUNICIPAL_BUREAU, Role.SYSTEM},
            article="13",
            zh="收回评审权",
            en="Withdraw the right",
        ),
    ),
    zh="自主评审单位",
    article="4",
)
