"""A candidacy from the draft to the certificate (Art. 6 and 9(5)).

From ASSIGNED on it is told what became of it: by its sitting, then by acceptance, publicity and certificates, which
cascade `accept`, `void`, `hold`, `clear`, `not_recognise`, `confirm` and `certify`.
"""

from __future__ import annotations

from domain.core.lifecycle import Lifecycle, begins, moves
from domain.core.roles import Role
from domain.reviews.candidacy_facts import load_facts
from domain.reviews.candidacy_guards import (
    ELIGIBLE,
    all_material_is_verified,
    corrections_are_in_time,
    corrections_are_overdue,
    five_working_days_have_passed,
    no_objection_is_open,
    returned_at_most_once,
    the_applicant_writes,
    the_round_takes_candidacies,
)
from domain.reviews.models import Candidacy
from domain.reviews.states import CandidacyState

S = CandidacyState
APPLICANT_OR_OFFICE = {Role.APPLICANT, Role.UNIT}
WITHDRAWABLE = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.VERIFIED, S.IN_INTERNAL_PUBLICITY, S.ADMITTED)
OFFICE = {Role.UNIT}
OFFICE_OR_ROUND = {Role.UNIT, Role.SYSTEM}
LATER_STAGES = {Role.SYSTEM}

CANDIDACY = Lifecycle(
    name="candidacy",
    model=Candidacy,
    states=CandidacyState,
    zh="职称申报",
    article="9(5)",
    load_facts=load_facts,
    moves=(
        begins(
            "start", S.DRAFT, by=APPLICANT_OR_OFFICE, article="6", zh="开始申报", en="start an application"
        ),
        moves(
            "edit",
            (S.DRAFT, S.RETURNED),
            None,
            by=APPLICANT_OR_OFFICE,
            when=(the_applicant_writes, corrections_are_in_time),
            article="9(5)",
            zh="修改申报",
            en="edit the application",
        ),
        moves(
            "submit",
            (S.DRAFT, S.RETURNED),
            S.SUBMITTED,
            by=APPLICANT_OR_OFFICE,
            when=(the_applicant_writes, the_round_takes_candidacies, corrections_are_in_time, *ELIGIBLE),
            article="6",
            zh="提交申报",
            en="submit the application",
        ),
        moves(
            "return_for_correction",
            S.SUBMITTED,
            S.RETURNED,
            by=OFFICE,
            when=(returned_at_most_once,),
            article="9(5)",
            zh="退回补正",
            en="return for correction",
        ),
        moves(
            "abandon",
            S.RETURNED,
            S.ABANDONED,
            by={Role.SYSTEM},
            when=(corrections_are_overdue,),
            article="9(5)",
            zh="逾期视为放弃",
            en="deem abandoned",
        ),
        moves(
            "check_material",
            S.SUBMITTED,
            None,
            by=OFFICE,
            article="9(5)",
            zh="核验材料",
            en="verify a document",
        ),
        moves(
            "verify",
            S.SUBMITTED,
            S.VERIFIED,
            by=OFFICE,
            when=(all_material_is_verified, *ELIGIBLE),
            article="6",
            zh="审核通过",
            en="verify the application",
        ),
        moves(
            "reject",
            (S.SUBMITTED, S.VERIFIED, S.IN_INTERNAL_PUBLICITY),
            S.INELIGIBLE,
            by=OFFICE,
            article="6",
            zh="认定不符合条件",
            en="find ineligible",
        ),
        moves(
            "open_in_house_publicity",
            S.VERIFIED,
            S.IN_INTERNAL_PUBLICITY,
            by=OFFICE_OR_ROUND,
            article="9(5)",
            zh="开启内部公示",
            en="post in-house",
        ),
        moves(
            "object_in_house",
            S.IN_INTERNAL_PUBLICITY,
            None,
            by=OFFICE,
            article="9(5)",
            zh="登记内部公示异议",
            en="record an in-house objection",
        ),
        moves(
            "answer_objection",
            S.IN_INTERNAL_PUBLICITY,
            None,
            by=OFFICE,
            article="9(5)",
            zh="办结内部公示异议",
            en="answer an in-house objection",
        ),
        moves(
            "close_in_house_publicity",
            S.IN_INTERNAL_PUBLICITY,
            S.ADMITTED,
            by=OFFICE_OR_ROUND,
            when=(five_working_days_have_passed, no_objection_is_open),
            article="9(5)",
            zh="结束内部公示",
            en="end the in-house publicity",
        ),
        moves(
            "withdraw",
            WITHDRAWABLE,
            S.WITHDRAWN,
            by=APPLICANT_OR_OFFICE,
            when=(the_applicant_writes,),
            article="9(5)",
            zh="撤回申报",
            en="withdraw the application",
        ),
        moves(
            "assign",
            S.ADMITTED,
            S.ASSIGNED,
            by={Role.SYSTEM},
            article="9(5)",
            zh="分配评审会议",
            en="assign to a sitting",
        ),
        moves(
            "release",
            S.ASSIGNED,
            S.ADMITTED,
            by={Role.SYSTEM},
            article="9(5)",
            zh="退出评审会议",
            en="release from a sitting",
        ),
        moves("pass", S.ASSIGNED, S.PASSED, by={Role.SYSTEM}, article="9(5)", zh="评审通过", en="pass"),
        moves(
            "not_pass",
            S.ASSIGNED,
            S.NOT_PASSED,
            by={Role.SYSTEM},
            article="9(5)",
            zh="评审未通过",
            en="not pass",
        ),
        moves(
            "accept",
            S.PASSED,
            S.ACCEPTED,
            by=LATER_STAGES,
            article="9(6)",
            zh="验收通过",
            en="accept the result",
        ),
        moves(
            "void",
            frozenset(S) - {S.CERTIFIED, S.NOT_RECOGNISED, S.VOIDED, S.WITHDRAWN, S.ABANDONED, S.INELIGIBLE},
            S.VOIDED,
            by=LATER_STAGES,
            article="9(6)",
            zh="作废结果",
            en="void the result",
        ),
        moves(
            "confirm",
            S.ACCEPTED,
            S.CONFIRMED,
            by=LATER_STAGES,
            article="9(7)",
            zh="公示无异议",
            en="confirm after publicity",
        ),
        moves(
            "hold",
            (S.ACCEPTED, S.CONFIRMED),
            S.ON_HOLD,
            by=LATER_STAGES,
            article="9(7)",
            zh="暂缓",
            en="put on hold for a re-check",
        ),
        moves(
            "clear",
            S.ON_HOLD,
            (S.CONFIRMED, S.ACCEPTED),
            by=LATER_STAGES,
            article="9(7)",
            zh="解除暂缓",
            en="clear after a re-check",
        ),
        moves(
            "not_recognise",
            (S.ACCEPTED, S.ON_HOLD, S.CONFIRMED),
            S.NOT_RECOGNISED,
            by=LATER_STAGES,
            article="9(7)",
            zh="不予承认",
            en="not recognise the result",
        ),
        moves(
            "certify", S.CONFIRMED, S.CERTIFIED, by=LATER_STAGES, article="10", zh="发放证书", en="certify"
        ),
    ),
)
