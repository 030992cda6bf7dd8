"""What lies with a package of results: the seals of the minutes it rests on, and the record of its filing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.migrations.constraints import UniqueConstraint

from domain.core.access import Jurisdiction, everything, own
from domain.core.roles import Role
from domain.core.rows import Row
from domain.results.package_models import ResultPackage
from domain.reviews.models import Sitting

PART_OF_PACKAGE: Jurisdiction = {
    Role.UNIT: own("package__unit_id"),
    Role.DISTRICT_BUREAU: own("package__unit__district_bureau_id"),
    Role.INDUSTRY_AUTHORITY: own("package__unit__industry_authority_id"),
    Role.MUNICIPAL_BUREAU: everything,
}


class MinutesRecord(Row):
    """The seal of one signed sitting, as it stood when the results were compiled (N-16). | 评审会议记录摘要"""

    package: fields.ForeignKeyRelation[ResultPackage] = fields.ForeignKeyField(
        "models.ResultPackage",
        related_name="minutes",
        on_delete=OnDelete.RESTRICT,
        description="所属结果汇总 | The package it was handed in with",
    )
    package_id: UUID
    sitting: fields.ForeignKeyRelation[Sitting] = fields.ForeignKeyField(
        "models.Sitting",
        related_name="minutes_records",
        on_delete=OnDelete.RESTRICT,
        description="评审会议 | The sitting",
    )
    sitting_id: UUID
    held_on: date = fields.DateField(description="会议日期 | When it was held")
    present = fields.IntField(description="出席专家数 | Experts present")
    minutes_hash = fields.CharField(64, description="会议记录散列 | The hash of the sealed minutes")

    jurisdiction = PART_OF_PACKAGE

    class Meta:
        table = "minutes_records"
        constraints = (UniqueConstraint(fields=("sitting_id",), name="one_minutes_record_per_sitting"),)


class ResultFiling(Row):
    """The filing of accepted results: a record of its own beside the acceptance (Art. 13(4), N-19). | 评审结果备案"""

    package: fields.ForeignKeyRelation[ResultPackage] = fields.ForeignKeyField(
        "models.ResultPackage",
        related_name="filings",
        on_delete=OnDelete.RESTRICT,
        description="所备案的结果 | The results filed",
    )
    package_id: UUID
    number = fields.CharField(32, description="备案号 | The filing number")
    filed_on: date = fields.DateField(description="备案日期 | When it was filed")
    accepted_count = fields.IntField(description="通过验收的结果数 | How many results were accepted")
    refused_count = fields.IntField(description="未通过验收的结果数 | How many results were not accepted")

    jurisdiction = PART_OF_PACKAGE

    class Meta:
        table = "result_filings"
        constraints = (
            UniqueConstraint(fields=("package_id",), name="one_filing_per_package"),
            UniqueConstraint(fields=("number",), name="one_filing_per_number"),
        )
