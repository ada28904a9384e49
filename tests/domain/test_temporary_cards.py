"""What the card of somebody who is not known is made of."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SM3, Hash

from domain.enums import Sex
from domain.national import CARD_ID_BYTES, read_national, static_text
from domain.refusals import InvalidInput
from domain.temporary_cards import OLDEST, check_age, guessed_birth_date, temporary_id, unknown_name

NOW = datetime(2026, 12, 31, 16, 30, 1, 2345, tzinfo=UTC)


@pytest.mark.parametrize("age", [0, 1, 40, OLDEST])
def test_an_age_gives_the_year_of_birth_as_shanghai_has_it(age: int) -> None:
    check_age(age)
    assert guessed_birth_date(age, NOW) == date(2027 - age, 1, 1)


@pytest.mark.parametrize("age", [-1, OLDEST + 1])
def test_what_is_no_age_is_refused(age: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_age(age)
    assert caught.value.field == ("age",)


def test_nobody_is_called_by_the_end_of_the_number() -> None:
    assert unknown_name("1234567890123456") == "无名氏123456"


def test_the_id_is_a_digest_of_what_the_rule_names() -> None:
    digest = Hash(SM3())
    digest.update("无名氏123456|FEMALE|30|20270101003001002345".encode())
    made = temporary_id("无名氏123456", Sex.FEMALE, 30, NOW)
    assert made == digest.finalize()
    assert len(made) == CARD_ID_BYTES
    assert read_national(static_text(made)) is not None


def test_each_of_them_makes_another_one() -> None:
    others = [
        temporary_id("李某", Sex.MALE, 30, NOW),
        temporary_id("王某", Sex.MALE, 30, NOW),
        temporary_id("王某", Sex.FEMALE, 30, NOW),
        temporary_id("王某", Sex.FEMALE, 31, NOW),
        temporary_id("王某", Sex.FEMALE, 31, NOW + timedelta(microseconds=1)),
    ]
    assert len(set(others)) == len(others)
