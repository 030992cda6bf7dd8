"""How a child process dies with its parent and gives up root.

PostgreSQL refuses to run as root. Started as root, Zhicheng runs its engines as an ordinary account without
changing the permissions of anybody's folders: when the program or its data lie below a folder that this
account may not enter (a checkout in /root, mode 0700), the child keeps the one capability that lets it pass.
"""

import ctypes
import os
import pwd
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_SETGID, CAP_SETUID = 0, 1, 2, 6, 7
CAPABILITY_VERSION_3 = 0x20080522
ENGINE_ACCOUNT = "nobody"

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class PrivilegeError(Exception):
    """Root cannot be given up here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The operating-system account an engine runs as; `capability` is what it keeps of root, if anything."""

    uid: int
    gid: int
    capability: int | None = None


def engine_account(existing: Path, paths: list[Path]) -> Account | None:
    """The account for an engine, None when this process is no root and the engine simply runs as it.

    The owner of `existing` data keeps it; new data go to `nobody`. `paths` must be reachable for the account.
    Raises PrivilegeError when this root may not become that account, or not reach them on its behalf.
    """
    if os.geteuid() != 0:
        return None
    if not all(map(_is_permitted, (CAP_CHOWN, CAP_SETGID, CAP_SETUID))):
        raise PrivilegeError(
            "root may not give up root here (CAP_CHOWN, CAP_SETGID, CAP_SETUID), and PostgreSQL refuses to run "
            "as root; run as an ordinary user, or set DATABASE_URL and REDIS_URL / 请以普通用户运行"
        )
    account = _owner(existing) or _unprivileged()
    if all(_may_reach(path.resolve(), account) for path in paths):
        return account
    return Account(account.uid, account.gid, _capability_to_pass(paths))


def _owner(existing: Path) -> Account | None:
    """Who owns the data, unless that is root or nobody yet."""
    if not existing.exists() or existing.stat().st_uid == 0:
        return None
    return Account(existing.stat().st_uid, existing.stat().st_gid)


def _unprivileged() -> Account:
    try:
        entry = pwd.getpwnam(ENGINE_ACCOUNT)
    except KeyError as error:
        raise PrivilegeError(
            f"this machine has no account {ENGINE_ACCOUNT}, and PostgreSQL refuses to run as root; "
            "run as an ordinary user, or set DATABASE_URL and REDIS_URL / 请以普通用户运行"
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def before_exec(death_signal: signal.Signals, account: Account | None) -> Callable[[], None]:
    """What a child does between fork and exec: drop root, then ask to be signalled when its parent dies.

    In this order, because the kernel forgets the parent-death signal when credentials change. Elsewhere than
    on Linux there is no such signal: a killed `up` leaves children, and the next start stops them.
    """
    parent = os.getpid()

    def prepare() -> None:
        if account is not None:
            _become(account)
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # the parent died before it could be watched
                os._exit(1)

    return prepare


def _may_reach(path: Path, account: Account) -> bool:
    """Whether the account may enter every folder above `path` that exists."""
    return all(_may_enter(folder.stat(), account) for folder in path.parents if folder.exists())


def _may_enter(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _capability_to_pass(paths: list[Path]) -> int:
    """The weaker of the two capabilities that pass closed folders, as far as this root has them."""
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if sys.platform == "linux" and _is_permitted(capability):
            return capability
    raise PrivilegeError(
        f"the account {ENGINE_ACCOUNT} cannot reach {', '.join(map(str, paths))}; use a --data folder and an "
        "installation that every account may enter, or run as an ordinary user / "
        "数据目录或安装目录不可达，请换目录或以普通用户运行"
    )


def _is_permitted(capability: int) -> bool:
    """Whether this process has the capability; elsewhere than on Linux root is not divided."""
    if sys.platform != "linux":
        return True
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    permitted = next(int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:"))
    return bool(permitted >> capability & 1)


def _become(account: Account) -> None:
    if account.capability is not None:
        _checked("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if account.capability is not None:
        _keep_only(account.capability)


def _keep_only(capability: int) -> None:
    """Keeps one capability, through the coming exec too (ambient)."""
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(
        mask, mask, mask, 0, 0, 0
    )  # effective, permitted, inheritable; then the high half
    _checked("capset", header, data)
    _checked("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def _checked(function: str, *arguments: object) -> None:
    if getattr(_libc, function)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{function} failed")
