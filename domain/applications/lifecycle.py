"""What may happen to an application (Art. 5, 7, 8)."""

from __future__ import annotations

from domain.applications import guards
from domain.applications.facts import application_facts
from domain.applications.models import QualificationApplication
from domain.applications.names import ApplicationState
from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role

(
    DRAFT,
    SUBMITTED,
    RETURNED,
    LAPSED,
    DECLINED,
    RECOMMENDED,
    FILED,
    UNDER_EVALUATION,
    EVALUATED,
    RECOGNISED,
    REFUSED,
    WITHDRAWN,
) = ApplicationState

RECEIVERS = {Role.SUPERVISING_DEPARTMENT, Role.DISTRICT_BUREAU, Role.MUNICIPAL_BUREAU}
WITH_THE_UNIT = (DRAFT, RETURNED)
#: Attachments may still be completed for the online filing, and after it was returned (Art. 8(3)).
OPEN_FOR_ATTACHMENTS = (DRAFT, RETURNED, RECOMMENDED)
BEFORE_FILING = (DRAFT, SUBMITTED, RETURNED, RECOMMENDED)

#: Everything Art. 5 and 7 ask, looked at when the unit submits; a relaxation asked for stands in for its condition.
CONDITIONS = (
    guards.unit_is_not_suspended,
    guards.category_is_one_of_article_5,
    guards.unit_is_an_independent_legal_person,
    guards.technical_staff_are_70_percent,
    guards.senior_experts_are_enough,
    guards.every_specialty_shows_its_influence,
    guards.work_plan_and_criteria_are_attached,
    guards.unit_serves_the_four_centres,
    guards.route_is_known,
    guards.correction_is_in_time,
)

APPLICATION = Lifecycle(
    "application",
    QualificationApplication,
    ApplicationState,
    (
        begins("create", DRAFT, by={Role.UNIT}, article="4", zh="建立申请", en="Start an application"),
        moves("edit", WITH_THE_UNIT, None, by={Role.UNIT}, article="7", zh="填写申请", en="Fill in"),
        moves(
            "attach",
            OPEN_FOR_ATTACHMENTS,
            None,
            by={Role.UNIT},
            article="8(3)",
            zh="上传附件",
            en="Attach a document",
        ),
        moves(
            "detach",
            OPEN_FOR_ATTACHMENTS,
            None,
            by={Role.UNIT},
            article="8(3)",
            zh="移除附件",
            en="Remove a document",
        ),
        moves(
            "set_route",
            WITH_THE_UNIT,
            None,
            by={Role.MUNICIPAL_BUREAU},
            article="8(1)",
            zh="指定申请途径",
            en="Set the route",
        ),
        moves(
            "submit",
            WITH_THE_UNIT,
            SUBMITTED,
            by={Role.UNIT},
            when=CONDITIONS,
            article="8(1)",
            zh="提交申请",
            en="Submit",
        ),
        moves(
            "return_for_correction",
            SUBMITTED,
            RETURNED,
            by=RECEIVERS,
            when=[guards.viewer_is_the_receiver],
            article="8(2)",
            zh="退回补正",
            en="Return for correction",
        ),
        moves(
            "lapse",
            RETURNED,
            LAPSED,
            by={Role.SYSTEM},
            when=[guards.correction_period_is_over],
            article="8(2)",
            zh="逾期失效",
            en="Lapse",
        ),
        moves(
            "decline",
            SUBMITTED,
            DECLINED,
            by=RECEIVERS,
            when=[guards.viewer_is_the_receiver],
            article="8(2)",
            zh="不予推荐",
            en="Decline",
        ),
        moves(
            "recommend",
            SUBMITTED,
            RECOMMENDED,
            by=RECEIVERS,
            when=[guards.viewer_is_the_receiver],
            article="8(2)",
            zh="推荐（新型研发机构为预审通过）",
            en="Recommend (on route 3: pass the pre-review)",
        ),
        moves(
            "file_online",
            RECOMMENDED,
            FILED,
            by={Role.UNIT},
            when=[guards.documents_for_filing_are_complete],
            article="8(3)",
            zh="网上申报",
            en="File online",
        ),
        moves(
            "return_filing",
            FILED,
            RECOMMENDED,
            by={Role.MUNICIPAL_BUREAU},
            article="8(3)",
            zh="退回网上申报",
            en="Return the filing",
        ),
        moves(
            "withdraw",
            BEFORE_FILING,
            WITHDRAWN,
            by={Role.UNIT},
            article="8",
            zh="撤回申请",
            en="Withdraw",
        ),
        moves(
            "decide_relaxation",
            (FILED, UNDER_EVALUATION),
            None,
            by={Role.MUNICIPAL_BUREAU},
            article="7(6)",
            zh="决定是否放宽条件",
            en="Decide on a relaxation",
        ),
        moves(
            "accept_for_evaluation",
            FILED,
            UNDER_EVALUATION,
            by={Role.SYSTEM},
            when=[guards.documents_for_filing_are_complete],
            article="8(4)",
            zh="受理评估",
            en="Accept for evaluation",
        ),
        moves(
            "conclude_evaluation",
            UNDER_EVALUATION,
            EVALUATED,
            by={Role.SYSTEM},
            when=[guards.relaxations_are_ruled_on],
            article="8(4)",
            zh="评估完成",
            en="Conclude the evaluation",
        ),
        moves(
            "recognise",
            EVALUATED,
            RECOGNISED,
            by={Role.SYSTEM},
            when=[guards.conditions_hold_or_are_relaxed],
            article="8(5)",
            zh="认定",
            en="Recognise",
        ),
        moves(
            "refuse",
            EVALUATED,
            REFUSED,
            by={Role.SYSTEM},
            article="8(5)",
            zh="不予认定",
            en="Refuse",
        ),
    ),
    zh="自主评审单位申请",
    article="8",
    load_facts=application_facts,
)
