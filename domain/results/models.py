"""The tables of results: packages with their results, and what is filed with them."""

from domain.results.filing_models import MinutesRecord, ResultFiling
from domain.results.package_models import Result, ResultPackage

__all__ = ["MinutesRecord", "Result", "ResultFiling", "ResultPackage"]
