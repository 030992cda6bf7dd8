"""The commands of Zhicheng: `zhicheng …`, or `python -m api.cli …`.

Every command names one function, imported when it is called: `--help` answers at once, and `serve gateway`
loads neither the domain nor the schema.
"""

import argparse
import asyncio
import inspect
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from api.environment import ConfigurationError, read_secret_files
from api.instance import DEFAULT_DATA, NotRunning, adopt


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Exit codes: 0 done, 1 failed, 2 it could not begin (usage, configuration)."""
    chosen = parser().parse_args(arguments)
    try:
        read_secret_files(os.environ)
        if getattr(chosen, "finds_instance", False):
            _find_instance(chosen.data)
        return int(chosen.run(chosen))
    except ConfigurationError as error:
        return _refuse(error.problems)
    except NotRunning as error:
        return _refuse([str(error)])


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="zhicheng", description="职称自主评审 · autonomous title reviews")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_up(commands)
    _add_tour(commands)
    _add_serve(commands)
    _add_operations(commands)
    _add_accounts(commands)
    return top


def _add_up(commands: Any) -> None:
    up = commands.add_parser("up", help="start everything on this machine / 启动全部进程")
    up.add_argument("--data", type=Path, default=DEFAULT_DATA, metavar="DIR", help="default: %(default)s")
    up.add_argument("--api-port", type=_port, default=8000, help="default: %(default)s; 0: any free one")
    up.add_argument("--gateway-port", type=_port, default=8080, help="default: %(default)s; 0: any free one")
    up.add_argument("--no-demo", action="store_true", help="no demo accounts and data / 不建演示数据")
    up.add_argument("--json", action="store_true", help="one line of JSON when ready / 就绪后输出一行 JSON")
    up.set_defaults(run=_up)


def _up(chosen: argparse.Namespace) -> int:
    options = _lazily("api.up_environment:Options")(
        chosen.data, chosen.api_port, chosen.gateway_port, not chosen.no_demo, chosen.json
    )
    return int(_lazily("api.up:run")(options))


def _add_tour(commands: Any) -> None:
    tour = commands.add_parser("tour", help="walk through the whole procedure / 全流程演示")
    tour.add_argument("--gateway", metavar="URL")
    tour.add_argument("--api", metavar="URL")
    tour.add_argument("--data", type=Path, metavar="DIR", help="the data folder of a running `zhicheng up`")
    tour.add_argument("--json", action="store_true")
    tour.set_defaults(run=lambda c: _lazily("api.tour:run")(c.gateway, c.api, c.data, c.json))


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="one process, for production / 单个进程")
    serve.add_argument("kind", choices=("api", "gateway", "worker"))
    serve.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    serve.add_argument("--port", type=_port, help="default: 8000 (api), 8080 (gateway)")
    serve.add_argument(
        "--workers", type=_count, default=1, help="processes of the API or gateway; default: %(default)s"
    )
    serve.set_defaults(run=_serve)


def _serve(chosen: argparse.Namespace) -> int:
    if chosen.kind == "worker":
        return int(_lazily("api.serve:serve_worker")())
    port = chosen.port if chosen.port is not None else {"api": 8000, "gateway": 8080}[chosen.kind]
    return int(_lazily("api.serve:serve_web")(chosen.kind, chosen.host, port, chosen.workers))


def _add_operations(commands: Any) -> None:
    migrate = commands.add_parser("migrate", help="bring the database up to date / 升级数据库结构")
    _add_data(migrate)
    migrate.set_defaults(run=lambda c: _result(_lazily("api.database_commands:migrate")()))
    doctor = commands.add_parser("doctor", help="check configuration and dependencies / 检查配置与依赖")
    _add_data(doctor)
    doctor.set_defaults(run=lambda c: _lazily("api.doctor:run")(os.environ))
    contract = commands.add_parser("contract", help="write frontend-contract/ / 生成前端契约")
    contract.add_argument("--check", action="store_true", help="write nothing; exit 1 on drift")
    contract.set_defaults(run=lambda c: _lazily("schema.contract:write")(c.check))
    keys = commands.add_parser("keys", help="generate a file for SECRET_KEYS_FILE / 生成密钥文件")
    keys.add_argument("file", type=Path)
    keys.set_defaults(run=_keys)


def _keys(chosen: argparse.Namespace) -> int:
    if chosen.file.exists():
        return _refuse([f"{chosen.file} exists / 文件已存在; keys are never overwritten, name another file"])
    _lazily("api.secret_keys:ensure")(chosen.file)
    return 0


def _add_accounts(commands: Any) -> None:
    oauth = commands.add_parser("oauth", help="OAuth clients / OAuth 客户端").add_subparsers(required=True)
    clients = oauth.add_parser("import-clients", help="add or update clients from RFC 7591 metadata")
    clients.add_argument("file", type=Path)
    _add_data(clients)
    clients.set_defaults(run=lambda c: _result(_lazily("api.database_commands:import_clients")(c.file)))
    account = commands.add_parser("account", help="accounts / 账号").add_subparsers(required=True)
    create = account.add_parser("create", help="an account for operators and tests / 新建账号")
    create.add_argument("--login", required=True)
    create.add_argument("--password", required=True)
    create.add_argument("--role", required=True)
    create.add_argument("--organisation", metavar="CODE")
    create.add_argument("--name", metavar="姓名")
    _add_data(create)
    create.set_defaults(run=_create_account)


def _create_account(chosen: argparse.Namespace) -> int:
    create = _lazily("api.database_commands:create_account")
    return _result(
        create(
            login=chosen.login,
            password=chosen.password,
            role=chosen.role,
            organisation=chosen.organisation,
            name=chosen.name,
        )
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    """For commands that need an instance: DATABASE_URL and REDIS_URL name it, or a data folder does."""
    command.add_argument(
        "--data", type=Path, metavar="DIR", help="the data folder of a running `zhicheng up`"
    )
    command.set_defaults(finds_instance=True)


def _find_instance(data: Path | None) -> None:
    """Takes the environment of the instance in `data`; without --data, of one in the default folder if any."""
    if data is not None:
        adopt(data, os.environ)
    elif not os.environ.get("DATABASE_URL"):
        try:
            adopt(DEFAULT_DATA, os.environ)
        except NotRunning:
            return  # the settings will say which variables are missing


def _result(outcome: Any) -> int:
    """Runs a coroutine; prints what it returns, line by line."""
    value = asyncio.run(outcome) if inspect.iscoroutine(outcome) else outcome
    for line in [value] if isinstance(value, str) else value or []:
        print(line)
    return 0


def _refuse(problems: Sequence[str]) -> int:
    for problem in problems:
        print(f"zhicheng: {problem}", file=sys.stderr)
    return 2


def _lazily(name: str) -> Any:
    """The function `module:function`."""
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port lies between 0 and 65535 / 端口应在 0 至 65535 之间")
    return number


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 256:
        raise argparse.ArgumentTypeError("give 1 to 256 / 应为 1 至 256")
    return number


if __name__ == "__main__":
    sys.exit(main())
