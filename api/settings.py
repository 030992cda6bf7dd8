"""The full list of what the API process reads, and what is wrong with it.

`ApiSettings.read(os.environ)` raises ConfigurationError with one line for each variable to mend.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.environment import AdHoc, Environment, Mode
from api.secret_keys import NO_KEYS, SecretKeys, SecretKeysError, load

DEFAULT_AUDIENCE = "urn:zhicheng:api"
DATABASE_EXAMPLE = "postgresql://user:password@host:5432/zhicheng"
REDIS_EXAMPLE = "redis://:password@host:6379/0"
OBJECTS_EXAMPLE = "s3://bucket/prefix (with the AWS_* variables) or file:///var/lib/zhicheng/objects"


@dataclass(frozen=True)
class ApiSettings:
    """One API process. `oidc_issuer` equals `public_api_url` when the bundled issuer is in use."""

    mode: Mode
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_api_url: str
    public_gateway_url: str
    oidc_issuer: str
    api_audience: str
    object_store_url: str = field(repr=False)
    secret_keys: SecretKeys
    trusted_documents: tuple[Path, ...]
    allow_ad_hoc: AdHoc
    demo_clock: bool

    @property
    def bundled_issuer(self) -> bool:
        return self.oidc_issuer == self.public_api_url

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "ApiSettings":
        """Reads and checks every variable. Raises ConfigurationError with all problems at once."""
        env = Environment(values)
        public_api_url = public_url(env, "PUBLIC_API_URL", "https://api.example.gov.cn")
        settings = cls(
            mode=env.mode,
            database_url=database_url(env),
            redis_url=redis_url(env),
            public_api_url=public_api_url,
            public_gateway_url=public_url(env, "PUBLIC_GATEWAY_URL", "https://www.example.gov.cn"),
            oidc_issuer=env.optional_url("OIDC_ISSUER", ("https", "http"), "https://login.example.gov.cn")
            or public_api_url,
            api_audience=env.text(
                "API_AUDIENCE", "set it to the audience of access tokens", DEFAULT_AUDIENCE
            ),
            object_store_url=object_store_url(env),
            secret_keys=secret_keys(env),
            trusted_documents=env.files("TRUSTED_DOCUMENTS"),
            allow_ad_hoc=env.ad_hoc(),
            demo_clock=demo_clock(env),
        )
        env.finish()
        return settings


def database_url(env: Environment) -> str:
    return env.url("DATABASE_URL", ("postgresql", "postgres"), DATABASE_EXAMPLE)


def redis_url(env: Environment) -> str:
    return env.url("REDIS_URL", ("redis", "rediss"), REDIS_EXAMPLE)


def object_store_url(env: Environment) -> str:
    return env.url("OBJECT_STORE_URL", ("file", "s3"), OBJECTS_EXAMPLE)


def public_url(env: Environment, name: str, example: str) -> str:
    """An address people see: https in production, plain http only elsewhere."""
    return env.url(name, ("https",) if env.production else ("https", "http"), example)


def demo_clock(env: Environment) -> bool:
    """DEMO_CLOCK lets `municipal` move the clock, so production refuses it."""
    env.refuse_in_production("DEMO_CLOCK", "its periods must run on the real calendar")
    return env.flag("DEMO_CLOCK")


def secret_keys(env: Environment) -> SecretKeys:
    """The keys of SECRET_KEYS_FILE; an empty set beside a noted problem when there are none."""
    file = env.text("SECRET_KEYS_FILE", "set it to the key file (zhicheng keys FILE makes one)")
    try:
        return load(Path(file)) if file else NO_KEYS
    except SecretKeysError as error:
        env.problem("SECRET_KEYS_FILE", f"is unusable / 密钥文件不可用: {error}", "mend or replace the file")
        return NO_KEYS
