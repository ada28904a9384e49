"""The people of a large city, each made of a number: the same number is always the same person, and nobody is real."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import shake_128
from uuid import UUID

from domain import cards, citizen_number
from domain.enums import DocumentType, Sex
from domain.ids import new_id
from domain.phones import mask_phone
from domain.texts import mask

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江"
)
_GIVEN = {
    Sex.MALE: "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林志文博建国海峰成浚泽𠮷",
    Sex.FEMALE: "芳娜敏静丽艳娟霞秀燕玲桂英梅红雪琳晶颖洁婷慧莹雯倩萍蓉薇佳怡欣悦涵梓萱诗雨彤语嫣思琪",
}
_OF_MINORITIES = {Sex.MALE: "买买提·吐尔逊", Sex.FEMALE: "阿依古丽·买买提"}
_REGIONS = ("440303", "440304", "440305", "440306", "440307", "430102", "420106", "360102", "450103", "510104")
_FIRST_CARD = datetime(2023, 1, 1, tzinfo=UTC)
_DAYS_OF_ISSUING = 900
# In each five a carer, the spouse, a child, a parent, another child: ages in years at the youngest, and over how many.
_AGES = ((28, 20), (27, 20), (2, 15), (55, 28), (1, 13))
_CHILDREN = (2, 4)


@dataclass(frozen=True, slots=True)
class Person:
    """A resident with a card. `handle`: 16 bytes; `national_id`: 64 hexadecimal digits; `card_number`: 16 digits."""

    resident_id: UUID
    card_id: UUID
    full_name: str
    sex: Sex
    birth_date: date
    document_type: DocumentType
    document_masked: str
    phone_masked: str | None
    issued_at: datetime
    card_number: str
    handle: bytes
    national_id: str


class _Dice:
    """Numbers out of a hash: the chances of one person."""

    def __init__(self, seed: str) -> None:
        self._bytes = shake_128(seed.encode()).digest(160)
        self._at = 0

    def take(self, count: int) -> bytes:
        self._at += count
        return self._bytes[self._at - count : self._at]

    def below(self, limit: int) -> int:
        return int.from_bytes(self.take(4)) % limit


def people(count: int) -> Iterator[Person]:
    """The first `count` people, five after one another a family."""
    for n in range(count):
        yield _person(n, count)


def _person(n: int, count: int) -> Person:
    dice = _Dice(f"person {n}")
    place = n % 5
    issued_at = _FIRST_CARD + timedelta(days=_DAYS_OF_ISSUING) * n / count
    sex = (Sex.MALE, Sex.FEMALE)[(n // 5 + place) % 2]
    youngest, years = _AGES[place]
    birth_date = issued_at.date() - timedelta(days=youngest * 365 + dice.below(years * 365))
    # Children bear the name of the carer, who is the first of the five.
    surname = _Dice(f"surname {n - place if place in _CHILDREN else n}")
    name = _name(sex, surname, dice, rare=n % 997 == 0)
    first17 = _REGIONS[dice.below(len(_REGIONS))] + birth_date.strftime("%Y%m%d") + f"{dice.below(500) * 2 + (sex is Sex.MALE):03d}"
    phone = None if place in _CHILDREN else f"1{3 + dice.below(7)}{dice.below(10**9):09d}"
    return Person(
        new_id(issued_at, dice.take),
        new_id(issued_at, dice.take),
        name,
        sex,
        birth_date,
        DocumentType.RESIDENT_ID,
        mask(citizen_number.complete(first17)),
        mask_phone(phone) if phone else None,
        issued_at,
        cards.new_number(dice.take),
        cards.new_handle(dice.take),
        cards.new_national_id(dice.take).hex().upper(),
    )


def _name(sex: Sex, surname: _Dice, dice: _Dice, rare: bool) -> str:
    if rare:
        return _OF_MINORITIES[sex]
    given = _GIVEN[sex]
    second = given[dice.below(len(given))] if dice.below(3) else ""
    return _SURNAMES[surname.below(len(_SURNAMES))] + given[dice.below(len(given))] + second
