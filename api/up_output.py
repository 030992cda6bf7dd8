"""What `zhicheng up` says: one line for each step while it starts, then where to go and who can log in."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from api.demo_accounts import MACHINES, PEOPLE, DemoAccount
from api.instance import Instance


@dataclass(frozen=True)
class Progress:
    """Steps with their seconds, on standard error when standard output is kept for JSON."""

    stream: IO[str]
    begun: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.say(f"  ✓ {name}  {time.monotonic() - started:.1f} s")

    def say(self, line: str) -> None:
        print(line, file=self.stream, flush=True)

    def total(self) -> float:
        return time.monotonic() - self.begun


def progress(as_json: bool) -> Progress:
    return Progress(sys.stderr if as_json else sys.stdout)


def announce(running: Instance, demo: bool, as_json: bool) -> None:
    """Says on standard output that everything is ready: one line of JSON, or a page for people."""
    if as_json:
        print(json.dumps(_as_json(running, demo), ensure_ascii=False), flush=True)
        return
    print(f"\nAPI        {running.api}/graphql (POST)\nGateway    {running.gateway}")
    print(
        f"Log in     {running.gateway}/auth/login\nNotices    {running.api}/notices\nCheck      {running.api}/verify"
    )
    if demo:
        print("\nDemo accounts / 演示账号 (password = login + -demo / 口令 = 登录名 + -demo)")
        print("\n".join(_table(PEOPLE + MACHINES)))
    print("\nReady. Ctrl-C stops everything. / 已就绪，按 Ctrl-C 停止全部进程。", flush=True)


def _as_json(running: Instance, demo: bool) -> dict[str, object]:
    return {
        "api": running.api,
        "gateway": running.gateway,
        "databaseUrl": running.database_url,
        "redisUrl": running.redis_url,
        "accounts": [account.as_json() for account in PEOPLE + MACHINES] if demo else [],
    }


def _table(accounts: tuple[DemoAccount, ...]) -> Iterator[str]:
    """One line a role; numbered accounts of one role share it: `expert01 … expert25`."""
    by_role: dict[tuple[str, str], list[str]] = {}
    for account in accounts:
        by_role.setdefault((account.role_zh, account.role_en), []).append(account.login)
    for (zh, en), logins in by_role.items():
        who = logins[0] if len(logins) == 1 else f"{logins[0]} … {logins[-1]}"
        yield f"  {who:24} {zh} / {en}"
