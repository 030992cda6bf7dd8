"""The full list of what the worker process reads, and what is wrong with it.

`WorkerSettings.read(os.environ)` raises ConfigurationError with one line for each variable to mend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.environment import Environment, Mode
from api.secret_keys import SecretKeys
from api.settings import database_url, demo_clock, object_store_url, public_url, redis_url, secret_keys


@dataclass(frozen=True)
class WorkerSettings:
    """One worker process. Without `smtp_url` (demo and test only) no mail leaves the machine."""

    mode: Mode
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_api_url: str
    public_gateway_url: str
    object_store_url: str = field(repr=False)
    smtp_url: str | None = field(repr=False)
    secret_keys: SecretKeys
    demo_clock: bool

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "WorkerSettings":
        """Reads and checks every variable. Raises ConfigurationError with all problems at once."""
        env = Environment(values)
        settings = cls(
            mode=env.mode,
            database_url=database_url(env),
            redis_url=redis_url(env),
            public_api_url=public_url(env, "PUBLIC_API_URL", "https://api.example.gov.cn"),
            public_gateway_url=public_url(env, "PUBLIC_GATEWAY_URL", "https://www.example.gov.cn"),
            object_store_url=object_store_url(env),
            smtp_url=smtp_url(env),
            secret_keys=secret_keys(env),
            demo_clock=demo_clock(env),
        )
        env.finish()
        return settings


def smtp_url(env: Environment) -> str | None:
    """Required in production, where notices must reach people; elsewhere mail may be left out."""
    example = "smtps://user:password@mail.example.gov.cn:465"
    if env.production:
        return env.url("SMTP_URL", ("smtp", "smtps"), example)
    return env.optional_url("SMTP_URL", ("smtp", "smtps"), example)
