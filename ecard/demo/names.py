"""Names out of which the demo's people get theirs: common ones, and all the kinds that careless programs break on."""

from random import Random

from domain.enums import Sex
from domain.names import INTERPUNCT

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
)
_LONG_SURNAMES = ("欧阳", "司徒", "上官", "诸葛", "司马", "皇甫", "尉迟", "公孙", "慕容", "夏侯")
_GIVEN = {
    Sex.MALE: "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙林志文博建国海峰成浚泽轩睿晨阳毅",
    Sex.FEMALE: "芳娜敏静丽艳娟霞秀燕玲桂英梅红雪琳晶颖洁婷慧莹雯倩萍蓉薇佳怡欣悦涵梓萱诗雨彤语嫣思琪",
}
# Of the planes beyond the first (𠮷 𤧛 𫖯 𬭎), of its extension A (䶮 㛃), and seldom seen (喆 頔 龘).
_RARE = "𠮷𤧛𫖯𬭎䶮㛃喆頔龘"
_OF_MINORITIES = {
    Sex.MALE: ("买买提", "吐尔逊", "艾尼瓦尔", "叶尔兰", "阿不都热合曼", "努尔兰", "玉素甫"),
    Sex.FEMALE: ("阿依古丽", "古丽娜尔", "迪丽努尔", "热依汗", "阿依努尔", "帕提古丽", "米娜瓦尔"),
}
_LATIN_GIVEN = {Sex.MALE: ("Tomás", "Erik", "Amadou", "Hiroshi"), Sex.FEMALE: ("Zoë", "Ingrid", "Aminata", "Yuki")}
_LATIN_SURNAMES = ("Núñez", "O'Brien", "Diallo", "Mori-Hansen", "Lindqvist")


def chinese_name(random: Random, sex: Sex, surname: str | None = None) -> tuple[str, str]:
    """(surname, full name), mostly of two or three characters. `surname`: that of the family."""
    surname = surname or random.choice(_SURNAMES)
    return surname, surname + "".join(random.choices(_GIVEN[sex], k=random.choice((1, 2, 2))))


def long_surname_name(random: Random, sex: Sex) -> tuple[str, str]:
    """(surname, full name) with a surname of two characters."""
    return chinese_name(random, sex, random.choice(_LONG_SURNAMES))


def rare_name(random: Random, sex: Sex) -> tuple[str, str]:
    """(surname, full name) with a character that many fonts and some programs do not know."""
    surname = random.choice(_SURNAMES)
    return surname, surname + random.choice(_GIVEN[sex]) + random.choice(_RARE)


def minority_name(random: Random, sex: Sex, father: str | None = None) -> tuple[str, str]:
    """(own name, full name): the own name, an interpunct, the father's name."""
    own = random.choice(_OF_MINORITIES[sex])
    return own, own + INTERPUNCT + (father or random.choice(_OF_MINORITIES[Sex.MALE]))


def latin_name(random: Random, sex: Sex) -> tuple[str, str]:
    """(surname, full name) as a foreign passport writes it."""
    surname = random.choice(_LATIN_SURNAMES)
    return surname, f"{random.choice(_LATIN_GIVEN[sex])} {surname}"
