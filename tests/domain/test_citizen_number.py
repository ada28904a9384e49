from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.citizen_number import complete, read
from domain.enums import Sex

TODAY = date(2026, 11, 23)
BIRTH_DATES = st.dates(date(1880, 1, 1), TODAY)
CHARACTERS = "0123456789X"


def number_of(region: int, born: date, sequence: int) -> str:
    return complete(f"{region:06}{born:%Y%m%d}{sequence:03}")


# The two examples of the standard.
@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
        ("440524188001010014", date(1880, 1, 1), Sex.MALE),
    ],
)
def test_the_examples_of_the_standard(number: str, born: date, sex: Sex) -> None:
    citizen = read(number, TODAY)
    assert citizen is not None
    assert (citizen.birth_date, citizen.sex) == (born, sex)


@given(st.integers(0, 999_999), BIRTH_DATES, st.integers(0, 999))
def test_every_region_is_right_and_the_number_tells_birth_date_and_sex(region: int, born: date, sequence: int) -> None:
    citizen = read(number_of(region, born, sequence), TODAY)
    assert citizen is not None
    assert citizen.birth_date == born
    assert citizen.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(BIRTH_DATES, st.integers(0, 999), st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_noticed(born: date, sequence: int, place: int, other: str) -> None:
    number = number_of(440303, born, sequence)
    changed = number[:place] + other + number[place + 1 :]
    assert (read(changed, TODAY) is not None) == (changed == number)


@given(BIRTH_DATES, st.integers(0, 999), st.integers(0, 16))
def test_two_characters_that_changed_places_are_noticed(born: date, sequence: int, place: int) -> None:
    number = number_of(440303, born, sequence)
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (read(changed, TODAY) is not None) == (changed == number)


@pytest.mark.parametrize("first17", ["44030320260230001", "44030320261301001", "44030300000101001", "44030318491231001"])
def test_a_date_that_never_was_is_refused(first17: str) -> None:
    assert read(complete(first17), TODAY) is None


def test_nobody_is_born_tomorrow() -> None:
    assert read(number_of(440303, TODAY, 1), TODAY) is not None
    assert read(number_of(440303, TODAY + timedelta(days=1), 1), TODAY) is None


@given(st.text(max_size=30))
def test_anything_else_is_none(text: str) -> None:
    assert read(text, TODAY) is None


def test_the_number_is_not_in_what_is_logged() -> None:
    assert "11010519491231002X" not in repr(read("11010519491231002X", TODAY))
