"""docker-compose.yml is what Docker Compose takes for a deployment of every part."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def compose(*arguments: str) -> subprocess.CompletedProcess[str]:
    addresses = {
        "PUBLIC_API_URL": "https://api.example.gov.cn",
        "PUBLIC_GATEWAY_URL": "https://www.example.gov.cn",
    }
    command = ["docker", "compose", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | addresses, capture_output=True, text=True)


def available() -> bool:
    try:
        return compose("version").returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not available(), reason="no `docker compose` on this machine")
def test_every_part_is_there_twice_in_production_mode() -> None:
    checked = compose("config", "--format", "json")
    assert checked.returncode == 0, checked.stderr
    services = json.loads(checked.stdout)["services"]
    replicated = {
        name for name, service in services.items() if service.get("deploy", {}).get("replicas") == 2
    }
    assert replicated == {"api", "gateway", "worker"}
    modes = {services[name]["environment"]["ENVIRONMENT"] for name in ("api", "gateway", "worker", "migrate")}
    assert modes == {"production"}
