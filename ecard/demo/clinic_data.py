"""What the demo city's doctors are called, know and cost, and what its hospitals bill."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rank:
    """A doctor's title and the fee of an appointment, in fen."""

    title: str
    fee: int


RANKS = (Rank("主任医师", 5_000), Rank("副主任医师", 3_000), Rank("主治医师", 1_500))
# In a hospital that is not at the top, who has the lowest rank sees patients without a fee.
FREE_RANK = RANKS[-1]

# Of the departments where one can book; by a doctor's place in the department.
SPECIALITIES = {
    "NK": ("高血压与冠心病", "糖尿病与甲状腺疾病", "慢性咳嗽与哮喘"),
    "WK": ("胃肠外科", "甲状腺与乳腺外科", "疝与浅表肿物"),
    "EK": ("儿童呼吸系统疾病", "儿童生长发育", "小儿消化不良"),
    "FK": ("高危妊娠", "妇科内镜", "产前检查"),
    "YK": ("白内障", "青光眼", "近视防控"),
    "KQ": ("口腔种植", "牙周病", "龋病与根管治疗"),
    "PF": ("银屑病", "湿疹与过敏", "痤疮"),
    "ZY": ("脾胃病", "失眠与焦虑", "月经不调"),
    "ZJ": ("颈肩腰腿痛", "面瘫", "偏头痛"),
    "GK": ("关节置换", "脊柱外科", "运动损伤"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """When a doctor sees patients, in Asia/Shanghai."""

    begin: time
    end: time


MORNING, AFTERNOON = Hours(time(8), time(12)), Hours(time(14), time(17, 30))
SLOT_MINUTES, SLOT_CAPACITY = 30, 4


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of a bill."""

    code: str
    name: str
    quantity: Decimal
    unit: str
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Charges:
    """What is billed together, and the part of it that the insurance fund pays."""

    lines: tuple[Charge, ...]
    insured: Decimal


BLOOD = Charge("250101015", "血细胞分析", Decimal(1), "次", Decimal("20.00"))
GLUCOSE = Charge("250302001", "葡萄糖测定", Decimal(2), "项", Decimal("6.50"))
X_RAY = Charge("210102015", "数字化摄影（DR）", Decimal(1), "次", Decimal("68.00"))
INFUSION = Charge("120400006", "静脉输液", Decimal(3), "次", Decimal("9.80"))
AMOXICILLIN = Charge("XJ01CAA040", "阿莫西林胶囊 0.25g×24粒", Decimal(2), "盒", Decimal("12.35"))
SALINE = Charge("XB05BBL108", "氯化钠注射液 100ml", Decimal(3), "瓶", Decimal("3.26"))

BILLS = (
    Charges((BLOOD, GLUCOSE), Decimal("19.80")),
    Charges((X_RAY,), Decimal("40.80")),
    Charges((AMOXICILLIN, SALINE, INFUSION), Decimal("38.33")),
    # All of it is insured, so there is nothing to pay.
    Charges((GLUCOSE,), Decimal("13.00")),
)
