"""Money is exact: to the fen, rounded half up, refused where it is none."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import LARGEST, fen, line_amount, read_decimal, yuan
from domain.refusals import InvalidInput


@pytest.mark.parametrize(("text", "amount"), [("128.50", 12850), ("0", 0), ("0.05", 5), ("7.5", 750), ("1000000000.00", LARGEST)])
def test_yuan_become_fen(text: str, amount: int) -> None:
    assert fen(text) == fen(Decimal(text)) == amount


@pytest.mark.parametrize(
    "text", ["0.005", "-0.01", "1000000000.01", "1e3", "", "一", "NaN", "Infinity", "1,000", "٣", " 1", "1 ", ".5", "5."]
)
def test_what_is_no_amount_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        fen(text, "items", "0", "unit_price")
    assert refused.value.field == ("items", "0", "unit_price")


@given(st.integers(0, LARGEST))
def test_fen_are_written_with_two_places(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert yuan(amount).split(".")[1:] == [f"{amount % 100:02}"]


def test_less_than_nothing_has_its_sign_before_it() -> None:
    assert (yuan(-5), yuan(-12850)) == ("-0.05", "-128.50")


@pytest.mark.parametrize(
    ("quantity", "unit_price", "amount"),
    [("3", 1999, 5997), ("0.5", 1, 1), ("0.4999", 1, 0), ("1.5", 33, 50), ("2.5", 1, 3), ("0", 9, 0)],
)
def test_a_line_is_rounded_half_up(quantity: str, unit_price: int, amount: int) -> None:
    assert line_amount(Decimal(quantity), unit_price) == amount


@given(st.decimals(0, 10**9, places=4), st.integers(0, 10**9))
def test_a_line_is_what_decimal_says(quantity: Decimal, unit_price: int) -> None:
    assert line_amount(quantity, unit_price) == (quantity * unit_price).quantize(Decimal(1), ROUND_HALF_UP)


def test_a_decimal_has_at_most_eighteen_digits() -> None:
    for text in ("1" * 18, "-" + "1" * 18, "1" * 14 + ".0001", "-0." + "1" * 17):
        assert f"{read_decimal(text):f}" == text
        with pytest.raises(ValueError, match="18 digits"):
            read_decimal(text + "1")
