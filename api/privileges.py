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
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
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
    Raises PrivilegeError when root lacks the capability to reach them on the account's behalf.
    """
    if os.geteuid() != 0:
        return None
    owner = existing.stat() if existing.exists() else None
    if owner and owner.st_uid != 0:
        account = Account(owner.st_uid, owner.st_gid)
    else:
        entry = pwd.getpwnam(ENGINE_ACCOUNT)
        account = Account(entry.pw_uid, entry.pw_gid)
    if all(_may_reach(path.resolve(), account) for path in paths):
        return account
    return Account(account.uid, account.gid, _capability_to_pass(paths))


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
    permitted = _permitted_capabilities()
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if permitted >> capability & 1:
            return capability
    raise PrivilegeError(
        f"the account {ENGINE_ACCOUNT} cannot reach {', '.join(map(str, paths))}; use a --data folder and an "
        "installation that every account may enter, or run as an ordinary user / "
        "数据目录或安装目录不可达，请换目录或以普通用户运行"
    )


def _permitted_capabilities() -> int:
    if sys.platform != "linux":
        return 0
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapPrm:"):
            return int(line.split()[1], 16)
    return 0


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
