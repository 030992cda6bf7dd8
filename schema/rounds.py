"""Review rounds (Art. 9(5)): under a group of the annual plan, with one filed committee and one policy set."""

from __future__ import annotations

from datetime import date

import strawberry

from domain.core.titles import TitleLevel
from domain.results.voiding import void_round
from domain.reviews import models, rounds
from domain.reviews.in_house import Posting
from domain.reviews.lifecycle import ROUND
from schema.committees import Committee
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    connection,
    described,
    key,
    keys,
    mutation,
    node,
)
from schema.plans import AnnualPlan, PlanGroup
from schema.policy_documents import PolicySet
from schema.units import Unit


@node(models.ReviewRound, lifecycle=ROUND)
class ReviewRound(Node):
    """A round of reviews under one group of the annual plan (Art. 9(5)). | 评审批次"""

    unit: Unit | None
    plan: AnnualPlan | None
    plan_group: PlanGroup | None
    policy_set: PolicySet | None
    committee: Committee | None
    name: str
    year: int
    series: str
    specialty: str
    level: TitleLevel
    submissions_from: date
    submissions_until: date


@strawberry.type
class RoundQuery:
    """Review rounds. | 评审批次查询"""

    review_rounds = connection(
        ReviewRound,
        filters=("state", "unit", "committee", "year", "series", "level"),
        orders=("created_at", "name", "submissions_until"),
        description="可见的评审批次 | The rounds that the viewer may see",
    )


@strawberry.input
class RoundOpenInput(New):
    """Opens a round. | 开启评审批次"""

    plan_group: ID = described("计划分组标识 | The group of the annual plan")
    committee: ID = described("评审委员会标识 | The committee")
    name: str = described("批次名称 | The round's name")
    submissions_from: date = described("申报开始日 | The first day of submission")
    submissions_until: date = described("申报截止日（含当日） | The last day of submission, inclusive")


@strawberry.input
class RoundExtendInput(OnVersion):
    """More time for applicants. | 延长申报时间"""

    until: date = described("新的申报截止日（含当日） | The new last day, inclusive")


@strawberry.input
class RoundOpenInHousePublicityInput(OnVersion):
    """Posts several candidacies at once. | 批量开启内部公示"""

    candidacies: list[ID] = described("申报标识 | The candidacies")
    place: str = described("公示地点或网址 | Where they are posted")
    working_days: int = described("公示工作日数，不少于5 | Working days, at least five", default=5)


@strawberry.input
class RoundCloseInHousePublicityInput(OnVersion):
    """Ends the posting of several candidacies. | 批量结束内部公示"""

    candidacies: list[ID] = described("申报标识 | The candidacies")


@strawberry.type
class RoundMutation:
    """What is done with rounds. | 评审批次操作"""

    @mutation("review_round", ReviewRound)
    async def round_open(call: Call, input: RoundOpenInput) -> models.ReviewRound:
        """Opens a round; an attempt outside the unit's scope stays on record (Art. 9(5), 13). | 开启评审批次"""
        given = rounds.RoundGiven(
            plan_group_id=key(input.plan_group, "PlanGroup", field="planGroup"),
            committee_id=key(input.committee, "Committee", field="committee"),
            name=input.name,
            submissions_from=input.submissions_from,
            submissions_until=input.submissions_until,
        )
        return await rounds.open_round(call, given)

    @mutation("review_round", ReviewRound)
    async def round_extend(call: Call, input: RoundExtendInput) -> models.ReviewRound:
        """Gives applicants more time inside the plan's window (Art. 9(5)). | 延长申报时间"""
        return await rounds.extend(call, key(input.id, "ReviewRound"), input.version, input.until)

    @mutation("review_round", ReviewRound)
    async def round_open_in_house_publicity(
        call: Call, input: RoundOpenInHousePublicityInput
    ) -> models.ReviewRound:
        """Posts verified candidacies in-house for at least five working days (N-11). | 批量开启内部公示"""
        chosen = keys(input.candidacies, "Candidacy", field="candidacies")
        given = Posting(input.place, input.working_days)
        return await rounds.open_in_house_publicity(
            call, key(input.id, "ReviewRound"), input.version, chosen, given
        )

    @mutation("review_round", ReviewRound)
    async def round_close_in_house_publicity(
        call: Call, input: RoundCloseInHousePublicityInput
    ) -> models.ReviewRound:
        """Ends the posting of candidacies, once its last day is over (N-11). | 批量结束内部公示"""
        chosen = keys(input.candidacies, "Candidacy", field="candidacies")
        return await rounds.close_in_house_publicity(
            call, key(input.id, "ReviewRound"), input.version, chosen
        )

    @mutation("review_round", ReviewRound)
    async def round_void(call: Call, input: WithReason) -> models.ReviewRound:
        """Voids a round held beyond authority or scope, with every result in it (Art. 13, N-23). | 作废评审批次"""
        return await void_round(call, key(input.id, "ReviewRound"), input.version, input.reason)
