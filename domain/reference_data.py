"""Reference data that every instance needs: the working calendar and the bureaus. Loading it twice changes nothing."""

from __future__ import annotations

from domain.accounts.models import Organisation, OrganisationKind
from domain.core.calendar_store import CalendarDay, CalendarYear
from domain.core.reference import districts, working_calendar

MUNICIPAL_BUREAU_CODE = "beijing"
#: The Economic-Technological Development Area has no code of its own in GB/T 2260.
DEVELOPMENT_AREA_CODE = "beijing-etda"


async def load_reference_data() -> None:
    """Loads what is missing. What the municipal bureau has changed since stays as it is."""
    await _load_calendar()
    await _load_organisation(
        OrganisationKind.MUNICIPAL_BUREAU, MUNICIPAL_BUREAU_CODE, "北京市人力资源和社会保障局"
    )
    for district in districts():
        code = district.gb2260 or DEVELOPMENT_AREA_CODE
        await _load_organisation(OrganisationKind.DISTRICT_BUREAU, code, district.bureau_zh)


async def _load_calendar() -> None:
    """Each published year once: a year that is loaded may have been corrected, so it is not touched again."""
    published = working_calendar()
    loaded = set(await CalendarYear.all().values_list("year", flat=True))
    for year in sorted(published.years - loaded):
        days = [(day, kind) for day, kind in published.exceptions.items() if day.year == year]
        await CalendarDay.bulk_create(
            [CalendarDay(day=day, kind=kind) for day, kind in days], ignore_conflicts=True
        )
        await CalendarYear.get_or_create(year=year, defaults={"version": 1})


async def _load_organisation(kind: OrganisationKind, code: str, name: str) -> None:
    await Organisation.get_or_create(code=code, defaults={"kind": kind, "name": name})
