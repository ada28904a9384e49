"""What the demo city's doctors find, prescribe and report."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.enums import AllergySeverity, BloodType, ObservationFlag, ReportCategory


@dataclass(frozen=True, slots=True)
class Measure:
    """What a laboratory measures. `code`: LOINC; `values`: one after the other as somebody comes again."""

    code: str
    display: str
    unit: str
    low: Decimal
    high: Decimal
    values: tuple[str, ...]

    def observed(self, turn: int) -> dict[str, Any]:
        """As a report has it."""
        value = self.values[turn % len(self.values)]
        is_low, is_high = Decimal(value) < self.low, Decimal(value) > self.high
        flag = ObservationFlag.LOW if is_low else ObservationFlag.HIGH if is_high else ObservationFlag.NORMAL
        about = {"code": self.code, "display": self.display, "value": value, "unit": self.unit}
        return {**about, "reference_range": f"{self.low}-{self.high}", "flag": flag}


MEASURES = (
    Measure("14749-6", "葡萄糖", "mmol/L", Decimal("3.9"), Decimal("6.1"), ("5.2", "5.8", "6.0", "7.4")),
    Measure("14647-2", "总胆固醇", "mmol/L", Decimal("2.9"), Decimal("5.2"), ("4.6", "5.0", "6.3")),
    Measure("1742-6", "丙氨酸氨基转移酶", "U/L", Decimal(9), Decimal(50), ("22", "31", "28", "27", "64")),
    Measure("718-7", "血红蛋白", "g/L", Decimal(115), Decimal(175), ("138", "142", "131", "109")),
    Measure("14682-9", "肌酐", "umol/L", Decimal(41), Decimal(111), ("70", "76")),
)
BIOCHEMISTRY: dict[str, Any] = {"title": "生化检查", "category": ReportCategory.LABORATORY}
X_RAY: dict[str, Any] = {
    "title": "胸部正位片",
    "category": ReportCategory.IMAGING,
    "observations": [],
    "findings": "双肺纹理清晰，心影大小形态正常，双侧肋膈角锐利。",
    "conclusion": "心肺未见明显异常。",
}

DIAGNOSES = (
    ("J06.9", "急性上呼吸道感染"),
    ("I10", "原发性高血压"),
    ("K29.7", "胃炎"),
    ("E11.9", "2型糖尿病"),
)
LASTING = ("I10", "E11.9")
NOTES = ("咽部充血，双肺呼吸音清。", "血压控制尚可，继续目前用药。", None)


def medicine(code: str, name: str, dose: str, frequency: str, days: int, quantity: int, unit: str, price: str) -> dict[str, Any]:
    """A line of a prescription."""
    how = {"dose": dose, "route": "口服", "frequency": frequency, "days": days}
    return {"code": code, "medicine": name, **how, "quantity": Decimal(quantity), "unit": unit, "unit_price": Decimal(price)}


PRESCRIPTIONS = (
    ([medicine("C08CA01", "苯磺酸氨氯地平片 5mg×28片", "5 mg", "每日一次", 28, 1, "盒", "12.60")], Decimal("7.60")),
    (
        [
            medicine("A10BA02", "盐酸二甲双胍片 0.5g×20片", "0.5 g", "每日两次", 20, 2, "盒", "8.90"),
            medicine("A10BB12", "格列美脲片 2mg×15片", "2 mg", "每日一次", 15, 1, "盒", "21.40"),
        ],
        Decimal("25.10"),
    ),
    ([medicine("R05CB01", "乙酰半胱氨酸颗粒 0.2g×10袋", "0.2 g", "每日三次", 5, 2, "盒", "15.80")], Decimal("0.00")),
)
ALLERGIES = (
    ("青霉素", "皮疹", AllergySeverity.MODERATE),
    ("海鲜", "腹泻", AllergySeverity.MILD),
    ("头孢曲松", "呼吸困难", AllergySeverity.SEVERE),
)
BLOOD_TYPES = (BloodType.A_POSITIVE, BloodType.O_POSITIVE, BloodType.B_POSITIVE, BloodType.AB_NEGATIVE)
VACCINES = (("乙型肝炎疫苗", "第3剂"), ("流感病毒裂解疫苗", "第1剂"), ("23价肺炎球菌多糖疫苗", "第1剂"))
