"""The demo city's institutions and apps. The hospitals are the pilot's, with what the public knows of them."""

from dataclasses import dataclass

from domain.enums import AppKind, CareStep
from domain.scopes import OF_RESIDENTS

OUTPATIENT = (CareStep.REGISTER, CareStep.DIAGNOSE, CareStep.COLLECT_MEDICINE, CareStep.EXAMINE, CareStep.PAY, CareStep.PRESCRIBE)
EVERY_STEP = (*OUTPATIENT, CareStep.SURGERY, CareStep.OTHER)


@dataclass(frozen=True, slots=True)
class Hospital:
    """An institution. `departments`: which of DEPARTMENTS it has."""

    code: str
    name: str
    district: str
    level: str
    address: str
    inpatients: bool
    care_steps: tuple[CareStep, ...]
    departments: str


DEPARTMENTS = {
    "NK": "内科", "WK": "外科", "EK": "儿科", "FK": "妇产科", "YK": "眼科", "KQ": "口腔科", "PF": "皮肤科",
    "ZY": "中医科", "ZJ": "针灸科", "GK": "骨科", "JZ": "急诊科", "YJ": "检验科", "YX": "影像科",
}  # fmt: skip

TOP = "三级甲等"
HOSPITALS = (
    Hospital("PKUSZH", "北京大学深圳医院", "福田区", TOP, "福田区莲花路1120号", True, EVERY_STEP, "NK WK EK FK YK KQ JZ YJ YX"),
    Hospital("SZPH", "深圳市人民医院", "罗湖区", TOP, "罗湖区东门北路1017号", True, EVERY_STEP, "NK WK EK FK PF GK JZ YJ YX"),
    Hospital("SZ2PH", "深圳市第二人民医院", "福田区", TOP, "福田区笋岗西路3002号", True, EVERY_STEP, "NK WK FK GK JZ YJ YX"),
    Hospital("SZTCM", "深圳市中医院", "福田区", TOP, "福田区福华路1号", False, OUTPATIENT, "ZY ZJ NK EK FK YJ"),
    Hospital("SYSU8H", "中山大学附属第八医院", "福田区", TOP, "福田区深南中路3025号", True, EVERY_STEP, "NK WK EK FK KQ JZ"),
    Hospital("BAPH", "深圳市宝安区人民医院", "宝安区", TOP, "宝安区龙井二路118号", False, OUTPATIENT, "NK WK EK FK JZ YJ"),
    Hospital("BACH", "深圳市宝安区中心医院", "宝安区", "三级", "宝安区西乡街道", False, OUTPATIENT, "NK WK EK JZ YJ"),
)


@dataclass(frozen=True, slots=True)
class DemoApp:
    """An app with credentials. `key`: what the ready file calls it."""

    key: str
    name: str
    kind: AppKind
    scopes: frozenset[str]


APPS = (
    DemoApp("city", "健康深圳", AppKind.CITY_APP, OF_RESIDENTS),
    DemoApp("wechat", "微信", AppKind.WECHAT, OF_RESIDENTS),
    DemoApp("alipay", "支付宝", AppKind.ALIPAY, OF_RESIDENTS),
    DemoApp("unionpay", "云闪付", AppKind.UNIONPAY, OF_RESIDENTS),
    DemoApp("bank", "深圳银行", AppKind.BANK, OF_RESIDENTS),
    DemoApp("dashboard", "卫生健康看板", AppKind.OTHER, frozenset({"dashboard:read"})),
    DemoApp("operator", "平台运营", AppKind.OTHER, frozenset({"platform:read", "platform:write"})),
)
