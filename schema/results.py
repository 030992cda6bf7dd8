"""Results, their acceptance and filing (Art. 9(6), 13)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import strawberry

from domain.core.titles import TitleLevel
from domain.results import acceptance, commands, models
from domain.results.lifecycle import RESULT_PACKAGE
from domain.results.names import ResultOutcome, ResultStanding
from schema.candidacies import Candidacy
from schema.core import (
    ID,
    Call,
    New,
    Node,
    OnVersion,
    WithReason,
    children,
    connection,
    described,
    key,
    mutation,
    node,
    row_type,
)
from schema.files import StoredFile, attached
from schema.rounds import ReviewRound
from schema.sittings import Sitting
from schema.units import Unit


@row_type(models.MinutesRecord)
class MinutesRecord:
    """The seal of one signed sitting, as it stood when the results were compiled (N-16). | 评审会议记录摘要"""

    sitting: Sitting | None
    held_on: date
    present: int
    minutes_hash: str


@row_type(models.ResultFiling)
class ResultFiling:
    """The filing of accepted results, beside their acceptance (Art. 13(4)). | 评审结果备案"""

    number: str
    filed_on: date
    accepted_count: int
    refused_count: int


@node(models.ResultPackage, lifecycle=RESULT_PACKAGE)
class ResultPackage(Node):
    """All results of a round with the work report, handed in for acceptance (Art. 9(6)). | 报请验收的评审结果"""

    round: ReviewRound | None
    unit: Unit | None
    work_report: str
    report_file: StoredFile | None = attached("report_file_id")
    declared_candidates: int | None
    declared_passed: int | None
    declared_not_passed: int | None
    last_sitting_on: date
    submitted_at: datetime | None
    decided_at: datetime | None
    decision_reason: str
    minutes: list[MinutesRecord] = children(models.MinutesRecord, "package_id", order="held_on")
    filings: list[ResultFiling] = children(models.ResultFiling, "package_id")


@node(models.Result)
class Result(Node):
    """What the review found of one candidate: outcome, vote counts and how far it has come (N-14). | 评审结果"""

    package: ResultPackage | None
    candidacy: Candidacy | None
    unit: Unit | None
    person_name: str
    staff_number: str
    year: int
    series: str
    specialty: str
    level: TitleLevel
    title_name: str
    outcome: ResultOutcome
    standing: ResultStanding
    present: int
    recused: int
    entitled: int
    yes: int | None
    no: int | None
    abstain: int | None
    uncast: int | None
    accepted: bool | None
    acceptance_reason: str
    published_at: datetime | None
    created_at: datetime


@strawberry.type
class ResultsQuery:
    """Results. | 评审结果查询"""

    results = connection(
        Result,
        filters=("package", "unit", "year", "series", "level", "outcome", "standing", "person_name"),
        orders=("created_at", "person_name"),
        description="可见的评审结果（机器客户端须有 results:read） | The results that the viewer may see",
    )
    result_packages = connection(
        ResultPackage,
        filters=("state", "unit", "round"),
        orders=("created_at",),
        description="可见的报请验收结果 | The packages of results that the viewer may see",
    )


@strawberry.input
class ResultPackageCompileInput(New):
    """The round whose results to compile. | 汇总评审结果"""

    round: ID = described("评审批次标识 | The round, all of whose sittings are signed")


@strawberry.input
class ResultPackageEditReportInput(OnVersion):
    """The work report with the numbers it speaks of. | 评审工作情况报告"""

    work_report: str = described("评审工作情况报告 | The work report")
    declared_candidates: int = described("报告的申报人数 | How many candidates it speaks of")
    declared_passed: int = described("报告的通过人数 | How many of them passed")
    declared_not_passed: int = described("报告的未通过人数 | How many did not pass")
    report_file: ID | None = described("报告盖章件 | The sealed report as a file", default=None)


@strawberry.input
class ExclusionInput:
    """A result that is not accepted, and why. | 不予验收的结果"""

    result: ID = described("评审结果标识 | The result")
    reason: str = described("理由 | The reason")


@strawberry.input
class ResultPackageAcceptInPartInput(OnVersion):
    """Everything is accepted except these. | 部分验收"""

    exclusions: list[ExclusionInput] = described("不予验收的结果 | The results that are not accepted")


@strawberry.input
class ResultPackageRefuseInput(WithReason):
    """Nothing is accepted. | 不予验收"""

    rules: list[str] = described("依据的规则编号 | The ids of the rules it rests on")


@strawberry.type
class ResultsMutation:
    """What is done with results. | 评审结果操作"""

    @mutation("result_package", ResultPackage)
    async def result_package_compile(call: Call, input: ResultPackageCompileInput) -> models.ResultPackage:
        """Compiles the results of every candidate once all sittings are signed (Art. 9(6)). | 汇总评审结果"""
        return await commands.compile_results(call, key(input.round, "ReviewRound", field="round"))

    @mutation("result_package", ResultPackage)
    async def result_package_edit_report(
        call: Call, input: ResultPackageEditReportInput
    ) -> models.ResultPackage:
        """Writes the work report (Art. 9(6)). | 填写评审工作情况报告"""
        report = commands.Report(
            text=input.work_report,
            candidates=input.declared_candidates,
            passed=input.declared_passed,
            not_passed=input.declared_not_passed,
            file_id=key(input.report_file, "StoredFile", field="reportFile") if input.report_file else None,
        )
        return await commands.edit_report(call, _package(input), input.version, report)

    @mutation("result_package", ResultPackage)
    async def result_package_submit(call: Call, input: OnVersion) -> models.ResultPackage:
        """Hands all results and the report in for acceptance (Art. 9(6)). | 报请验收"""
        return await commands.submit(call, _package(input), input.version)

    @mutation("result_package", ResultPackage)
    async def result_package_return(call: Call, input: WithReason) -> models.ResultPackage:
        """Returns the results for correction. | 退回补正"""
        return await acceptance.return_for_correction(call, _package(input), input.version, input.reason)

    @mutation("result_package", ResultPackage)
    async def result_package_accept(call: Call, input: OnVersion) -> models.ResultPackage:
        """Accepts all results and files them (Art. 9(6), 13(4)). | 验收通过并备案"""
        return await acceptance.accept(call, _package(input), input.version)

    @mutation("result_package", ResultPackage)
    async def result_package_accept_in_part(
        call: Call, input: ResultPackageAcceptInPartInput
    ) -> models.ResultPackage:
        """Accepts the results except those named, each with its reason (D9). | 部分验收通过并备案"""
        exclusions = [
            acceptance.Exclusion(key(each.result, "Result", field=f"exclusions.{index}.result"), each.reason)
            for index, each in enumerate(input.exclusions)
        ]
        return await acceptance.accept_in_part(call, _package(input), input.version, exclusions)

    @mutation("result_package", ResultPackage)
    async def result_package_refuse(call: Call, input: ResultPackageRefuseInput) -> models.ResultPackage:
        """Refuses all results under the rules named. | 不予验收"""
        return await acceptance.refuse_results(
            call, _package(input), input.version, input.rules, input.reason
        )


def _package(input: OnVersion) -> UUID:
    return key(input.id, "ResultPackage")
