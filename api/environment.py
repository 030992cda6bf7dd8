"""Reads environment variables and tells everything that is wrong with them at once.

A settings file asks this reader for each of its variables and calls `finish()` last. A problem is one line:
which variable, what is wrong (English and Chinese), how to mend it. Values of secrets are never repeated.
Knows nothing but the standard library, so every process, the gateway too, may read its settings with it.
"""

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Mode = Literal["demo", "test", "production"]
AdHoc = Literal["all", "clients", "none"]
MODES: tuple[Mode, ...] = ("demo", "test", "production")
AD_HOC: tuple[AdHoc, ...] = ("all", "clients", "none")

FROM_FILES = ("DATABASE_URL", "REDIS_URL", "OIDC_CLIENT_SECRET", "SMTP_URL", "AWS_SECRET_ACCESS_KEY")
"""Variables that may also come from the file that `<NAME>_FILE` names (container secrets)."""


class ConfigurationError(Exception):
    """The process cannot start as configured. `problems` holds one line for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_secret_files(values: MutableMapping[str, str]) -> None:
    """Sets each variable of FROM_FILES that is unset from the file named by its `_FILE` sibling.

    Raises ConfigurationError with every file that cannot be read.
    """
    problems: list[str] = []
    for name in FROM_FILES:
        file = values.get(f"{name}_FILE", "")
        if not file or values.get(name):
            continue
        try:
            values[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(
                f"{name}_FILE: cannot read {file} ({type(error).__name__}) / 无法读取该文件; "
                "point it to a readable UTF-8 text file"
            )
    if problems:
        raise ConfigurationError(problems)


class Environment:
    """One reading of the variables; collects problems until `finish()`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []
        self.mode: Mode = self._mode()

    def _mode(self) -> Mode:
        """ENVIRONMENT; unset means production, so that forgetting it never opens the demo doors.

        Raises ConfigurationError at once: what else is wrong depends on the mode.
        """
        value = self._values.get("ENVIRONMENT", "") or "production"
        for mode in MODES:
            if value == mode:
                return mode
        raise ConfigurationError(
            [f"ENVIRONMENT: is {value!r} / 取值无效; set it to demo, test or production"],
        )

    @property
    def production(self) -> bool:
        return self.mode == "production"

    def problem(self, name: str, wrong: str, remedy: str) -> None:
        """Notes that the variable `name` is wrong; `wrong` is English / 中文, `remedy` says what to set."""
        self._problems.append(f"{name}: {wrong}; {remedy}")

    def optional(self, name: str) -> str | None:
        """The value without surrounding spaces; None when unset or empty."""
        return self._values.get(name, "").strip() or None

    def text(self, name: str, remedy: str, default: str | None = None) -> str:
        value = self.optional(name) or default
        if value is None:
            self.problem(name, "is not set / 未设置", remedy)
        return value or ""

    def url(self, name: str, schemes: tuple[str, ...], example: str, default: str | None = None) -> str:
        """A URL with one of `schemes` and, except for file:, a host. No trailing slash."""
        value = self.text(name, f"set it to something like {example}", default).rstrip("/")
        if value and not _is_url(value, schemes):
            allowed = " or ".join(f"{scheme}://" for scheme in schemes)
            self.problem(name, f"is not a {allowed} address / 不是有效地址", f"use something like {example}")
        return value

    def optional_url(self, name: str, schemes: tuple[str, ...], example: str) -> str | None:
        return self.url(name, schemes, example) if self.optional(name) else None

    def flag(self, name: str) -> bool:
        """1 or 0; unset means 0."""
        value = self.optional(name) or "0"
        if value not in ("0", "1"):
            self.problem(name, f"is {value!r} / 取值无效", "set it to 1 or 0, or unset it")
        return value == "1"

    def ad_hoc(self) -> AdHoc:
        """ALLOW_AD_HOC; unset means all in demo and test, machine clients only in production."""
        value = self.optional("ALLOW_AD_HOC") or ("clients" if self.production else "all")
        for choice in AD_HOC:
            if value == choice:
                return choice
        self.problem("ALLOW_AD_HOC", f"is {value!r} / 取值无效", "set it to all, clients or none")
        return "none"

    def files(self, name: str) -> tuple[Path, ...]:
        """Colon-separated paths of files that must exist."""
        paths = tuple(Path(part) for part in (self.optional(name) or "").split(":") if part)
        for path in paths:
            if not path.is_file():
                self.problem(
                    name, f"names {path}, which is no file / 文件不存在", "correct or remove the path"
                )
        return paths

    def refuse_in_production(self, name: str, why: str) -> None:
        """Notes a problem when `name` is switched on in production."""
        if self.production and self.optional(name) not in (None, "0"):
            self.problem(name, f"is refused in production, {why} / 生产环境不允许", "unset it")

    def finish(self) -> None:
        """Raises ConfigurationError with all problems found, if any."""
        if self._problems:
            raise ConfigurationError(self._problems)


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # reading it raises ValueError for a port that is no number
    except ValueError:
        return False
    located = parts.path if parts.scheme == "file" else parts.hostname
    return parts.scheme in schemes and bool(located) and value.isprintable()
