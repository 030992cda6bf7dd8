"""Who can log in to the demo. `zhicheng up` prints this table; the demo data create exactly these accounts.

Each password is the login followed by `-demo`; production refuses all of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoAccount:
    """`role_en` and `role_zh` say what the account is for, in the terms of the Measures."""

    login: str
    role_en: str
    role_zh: str

    @property
    def password(self) -> str:
        return f"{self.login}-demo"

    def as_json(self) -> dict[str, str]:
        return {"login": self.login, "password": self.password, "role": self.role_en, "roleZh": self.role_zh}


PEOPLE = (
    DemoAccount("unit", "reviewing unit", "自主评审单位"),
    DemoAccount("district", "district human resources bureau", "区人力资源社会保障局"),
    DemoAccount("supervisor", "supervising department", "主管部门"),
    DemoAccount("industry", "industry department", "行业主管部门"),
    DemoAccount("municipal", "municipal human resources bureau", "市人力资源社会保障局"),
    DemoAccount("municipal2", "municipal bureau, second pair of eyes", "市人力资源社会保障局复核人"),
    *(DemoAccount(f"expert{n:02}", "review expert", "评审专家") for n in range(1, 26)),
    *(DemoAccount(f"applicant{n:02}", "applicant", "申报人") for n in range(1, 11)),
)
MACHINES = (
    DemoAccount("hr-demo", "machine client of the unit (client credentials)", "单位人事系统（机器客户端）"),
)
DEMO_ACCOUNTS = PEOPLE + MACHINES
