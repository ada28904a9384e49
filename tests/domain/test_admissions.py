"""What stays in hospital come to, to the fen, and what deposits cover of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.admissions import (
    Charge,
    Deposit,
    charge_amounts,
    check_charge,
    check_charged,
    check_is_there,
    deposit_content,
    final_content,
    is_low,
    to_apply,
)
from domain.bills import MOST_ITEMS, Item
from domain.enums import AdmissionStatus, BillStatus, PaymentMethod
from domain.money import LARGEST, line_amount
from domain.refusals import InvalidInput, WrongState

DAY = date(2026, 11, 24)
ADMITTED, NOW = datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 25, 15, tzinfo=UTC)  # from 24 to 25 in Shanghai


def charge(quantity: str, code: str = "C1", price: int = 333, day: date = DAY) -> Charge:
    return Charge(day, code, "床位费", Decimal(quantity), price)


def deposits(*held: int) -> list[Deposit]:
    return [Deposit(UUID(int=n), UUID(int=100 + n), PaymentMethod.BANK, amount) for n, amount in enumerate(held)]


@given(
    st.lists(
        st.tuples(st.integers(-30_000, 60_000).filter(bool), st.sampled_from("AB"), st.sampled_from((1, 333, 9_999))), max_size=40
    )
)
def test_lines_of_one_thing_come_to_their_whole_quantity(lines: Sequence[tuple[int, str, int]]) -> None:
    so_far: dict[tuple[str, int], Decimal] = {}
    total: dict[tuple[str, int], int] = {}
    for quantity, code, price in lines:
        each = charge(str(Decimal(quantity) / 10_000), code, price)
        try:
            (amount,) = charge_amounts([each], so_far)
        except InvalidInput:
            assert so_far.get(each.thing, Decimal(0)) + each.quantity < 0
            continue
        so_far[each.thing] = so_far.get(each.thing, Decimal(0)) + each.quantity
        total[each.thing] = total.get(each.thing, 0) + amount
        assert (amount >= 0) == (quantity > 0) or amount == 0
    assert total == {thing: line_amount(quantity, thing[1]) for thing, quantity in so_far.items()}
    things = [Item(code, code, quantity, None, price) for (code, price), quantity in so_far.items()]
    assert final_content(things, 0).total == sum(total.values())


def test_lines_of_one_call_count_in_their_order() -> None:
    assert charge_amounts([charge("0.5"), charge("0.5"), charge("0.5"), charge("-1.5")], {}) == [167, 166, 167, -500]
    with pytest.raises(InvalidInput) as refused:
        charge_amounts([charge("1"), charge("-1"), charge("-0.0001"), charge("1")], {})
    assert refused.value.field == ("charges", "2", "quantity")
    with pytest.raises(InvalidInput):
        charge_amounts([charge("1000000"), charge("0.0001")], {})


@pytest.mark.parametrize("day", [DAY, date(2026, 11, 25)])
def test_days_of_the_stay_are_charged(day: date) -> None:
    check_charge(charge("-1", day=day), ADMITTED, NOW)


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 26)])
def test_other_days_are_not(day: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_charge(charge("1", day=day), ADMITTED, NOW, "charges", "3")
    assert refused.value.field == ("charges", "3", "charged_on")


@pytest.mark.parametrize("quantity", ["0", "0.00001", "-1000001"])
def test_a_quantity_can_be_written_down(quantity: str) -> None:
    with pytest.raises(InvalidInput):
        check_charge(charge(quantity), ADMITTED, NOW)


def test_a_stay_costs_no_more_than_there_is() -> None:
    check_charged(LARGEST)
    with pytest.raises(InvalidInput):
        check_charged(LARGEST + 1)


def test_who_was_discharged_is_not_there() -> None:
    check_is_there(AdmissionStatus.ADMITTED)
    with pytest.raises(WrongState):
        check_is_there(AdmissionStatus.DISCHARGED)


@pytest.mark.parametrize(
    ("held", "charged", "percent", "low"),
    [
        (100, 80, 20, False),
        (100, 81, 20, True),
        (100, 150, 20, True),
        (100, 100, 0, False),
        (100, 101, 0, True),
        (0, 50, 20, False),
    ],
)
def test_deposits_are_low_below_a_share(held: int, charged: int, percent: int, low: bool) -> None:
    assert is_low(held, charged, percent) is low


def test_the_bill_of_a_deposit() -> None:
    content = deposit_content(50_000)
    assert (content.total, content.self_paid, content.status) == (50_000, 50_000, BillStatus.UNPAID)


def test_the_dearest_stand_by_themselves() -> None:
    things = [Item(f"{n:03}", "项目", Decimal(1), None, n) for n in range(1, MOST_ITEMS + 2)]
    assert final_content(things[:MOST_ITEMS], 7).items == things[:MOST_ITEMS]
    content = final_content(things, 7)
    assert (len(content.items), content.total, content.insured) == (MOST_ITEMS, sum(range(1, MOST_ITEMS + 2)), 7)
    assert (content.items[0].code, content.items[-1].amount) == (f"{MOST_ITEMS + 1}", 1 + 2)


@given(st.lists(st.integers(0, 900), max_size=6), st.integers(0, 3_000))
def test_deposits_cover_what_they_can(held: list[int], owed: int) -> None:
    used = to_apply(deposits(*held), owed)
    assert sum(used) == min(sum(held), owed)
    assert all(0 <= amount <= most for amount, most in zip(used, held, strict=True))
    spent = [amount == most for amount, most in zip(used, held, strict=True)]
    if False in spent:
        assert not any(used[spent.index(False) + 1 :])  # the first ones first
