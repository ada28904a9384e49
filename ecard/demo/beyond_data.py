"""What the demo city's family doctors promise, what a stay in its hospitals costs, and how some residents want to be told."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from domain.enums import AgreementStatus, NotificationChannel
from domain.quiet_hours import Preferences, Quiet


@dataclass(frozen=True, slots=True)
class Team:
    """A team of family doctors. `hospital`: whose it is; `leader`: the code of one of its doctors."""

    hospital: str
    code: str
    name: str
    leader: str
    capacity: int


TEAMS = (
    Team("BAPH", "LJ", "龙井社康家庭医生团队", "NK02", 120),
    Team("BAPH", "SH", "上合社康家庭医生团队", "NK03", 80),
    Team("BACH", "XX", "西乡社康家庭医生团队", "NK01", 150),
    Team("SYSU8H", "ST", "沙头社康家庭医生团队", "NK02", 100),
)
BASIC: dict[str, Any] = {
    "code": "JC",
    "name": "基础服务包",
    "annual_fee": Decimal(0),
    "services": [{"name": "健康体检", "promised": 1}, {"name": "电话随访", "promised": 4}],
}
ELDERLY: dict[str, Any] = {
    "code": "LN",
    "name": "老年人服务包",
    "annual_fee": Decimal("120.00"),
    "services": [{"name": "上门巡诊", "promised": 6}, {"name": "血压测量", "promised": 12}, {"name": "用药指导", "promised": 4}],
}


@dataclass(frozen=True, slots=True)
class Past:
    """How an agreement went: asked for so many days `ago`, what was `delivered`, each a month after the one before, and what it has
    come to. `package`: its code."""

    ago: int
    package: str
    delivered: tuple[str, ...]
    status: AgreementStatus
    is_renewed: bool = False


# Of which resident. Those with a family have none yet.
PASTS = {
    5: Past(330, "LN", ("上门巡诊", "血压测量", "血压测量", "用药指导", "上门巡诊"), AgreementStatus.ACTIVE, is_renewed=True),
    9: Past(240, "JC", ("健康体检",), AgreementStatus.ENDED),
    13: Past(180, "LN", ("血压测量", "血压测量", "上门巡诊"), AgreementStatus.ACTIVE),
    17: Past(120, "JC", ("健康体检", "电话随访"), AgreementStatus.ACTIVE),
    21: Past(1, "JC", (), AgreementStatus.REQUESTED),
}
MOVED = "搬到其他城区"


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in hospital, begun so many days `ago`. `deposits`: yuan, at admission, and when that runs low; `days`: of charges;
    `insured`: yuan of the final bill, None while the stay lasts."""

    ago: int
    ward: str
    bed: str
    deposits: tuple[str, ...]
    days: int
    insured: str | None = None


STAYS = {
    6: Stay(40, "骨科二病区", "18床", ("1500.00", "1000.00"), 7, "772.32"),
    10: Stay(2, "外科一病区", "07床", ("2000.00", "2000.00"), 2),
    14: Stay(1, "内科三病区", "22床", ("3000.00",), 1),
}
SUMMARY = "恢复良好，伤口一期愈合。两周后门诊复查。"


def line(code: str, name: str, quantity: int, price: str) -> dict[str, Any]:
    """A line of the daily list, without its day."""
    return {"code": code, "name": name, "quantity": Decimal(quantity), "unit_price": Decimal(price)}


OPERATION = (line("330100005", "椎管内麻醉", 1, "420.00"), line("331503006", "手术治疗", 1, "1860.00"))
DAILY = (
    line("110900001", "普通床位费", 1, "60.00"),
    line("120100003", "Ⅱ级护理", 1, "20.00"),
    line("120400006", "静脉输液", 3, "9.80"),
    line("XB05BBL108", "氯化钠注射液 250ml", 3, "4.12"),
    line("250101015", "血细胞分析", 1, "20.00"),
)

# Of which resident.
PREFERENCES = {
    4: Preferences(frozenset({NotificationChannel.IN_APP, NotificationChannel.SMS}), Quiet(time(21), time(7, 30))),
    8: Preferences(frozenset({NotificationChannel.IN_APP}), None),
}
