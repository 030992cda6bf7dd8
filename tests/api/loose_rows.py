"""Rows of late stages on their own, for tests of how they are shown.

A certificate stands at the end of the whole procedure. Where a test is about a page and not about the procedure, its
rows are written without what they refer to, in a transaction that is rolled back: nobody else ever sees them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from tortoise.transactions import in_transaction

from domain.certificates.models import Certificate
from domain.certificates.names import CertificateState
from domain.certificates.numbers import new_number
from domain.core.clock import BEIJING
from domain.core.titles import TitleLevel
from domain.publicity.models import Publicity, PublicityEntry
from domain.publicity.names import PublicityState

STARTS = date(2026, 3, 2)
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text AS owner, conname AS name FROM pg_constraint
    WHERE contype = 'f' AND conrelid::regclass::text IN ('certificates', 'publicities', 'publicity_entries')
"""


@asynccontextmanager
async def loose_rows() -> AsyncIterator[None]:
    """Rows may be written without what they refer to; all of them are gone at the end of the block."""
    async with in_transaction() as db:
        for line in await db.execute_query_dict(_FOREIGN_KEYS):
            await db.execute_query(f'ALTER TABLE {line["owner"]} DROP CONSTRAINT "{line["name"]}"')
        yield
        await db.rollback()


async def certificate(**given: Any) -> Certificate:
    values: dict[str, Any] = {
        "candidacy_id": uuid4(),
        "result_id": uuid4(),
        "unit_id": uuid4(),
        "person_id": uuid4(),
        "state": CertificateState.ISSUED,
        "number": new_number(2026),
        "holder_name": "张三丰",
        "year": 2026,
        "series": "05",
        "specialty": "集成电路设计",
        "level": TitleLevel.ASSOCIATE_SENIOR,
        "title": "高级工程师",
        "committee_name": "评审委员会",
        "unit_name": "智成研究院",
        "passed_on": date(2026, 3, 1),
        "issued_on": date(2026, 3, 18),
        "batch_id": uuid4(),
    }
    return await Certificate.create(**(values | given))


async def publicity(*names: str, **given: Any) -> Publicity:
    """A notice with a line for each name."""
    values: dict[str, Any] = {
        "package_id": uuid4(),
        "unit_id": uuid4(),
        "state": PublicityState.OPEN,
        "unit_name": "智成研究院",
        "title": f"评审结果公示 {uuid4().hex}",
        "text": "现予公示。",
        "contact_name": "职称办公室",
        "contact_phone": "010-62780000",
        "working_days": 5,
        "starts_on": STARTS,
        "ends_on": STARTS + timedelta(days=7),
        "ends_at": datetime(2026, 3, 10, tzinfo=BEIJING),
        "calendar_version": "test",
    }
    row = await Publicity.create(**(values | given))
    for name in names:
        await PublicityEntry.create(
            publicity_id=row.id,
            result_id=uuid4(),
            candidacy_id=uuid4(),
            name=name,
            series="05",
            specialty="集成电路设计",
            level=TitleLevel.SENIOR,
            title_name="正高级工程师",
        )
    return row
