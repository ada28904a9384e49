"""What may be done with a prescription when, and how much of it is left."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import PrescriptionStatus
from domain.prescriptions import (
    WAITING,
    Item,
    Stage,
    Stock,
    bill_content,
    check_can_be_dispensed,
    must_cancel,
    must_make_ready,
    pickup_until,
    status_after,
    to_hand_out,
)
from domain.refusals import AlreadyDispensed, BillUnpaid, NotReady, Refusal, WrongState
from domain.times import SHANGHAI

NOW = datetime(2026, 11, 23, 9, 30, 0, 5, SHANGHAI)
S = PrescriptionStatus


def stage(status: PrescriptionStatus, paid: bool = True, left: timedelta = timedelta(days=3)) -> Stage:
    return Stage(status, NOW + left, paid)


def outcome(of: Callable[..., Any], *given: Any) -> Any:
    """What it answers, or why it refuses."""
    try:
        return of(*given)
    except Refusal as refusal:
        return type(refusal)


@pytest.mark.parametrize(
    ("status", "cancel", "ready", "dispense"),
    [
        (S.ISSUED, True, True, NotReady),
        (S.READY, True, False, None),
        (S.PARTLY_DISPENSED, AlreadyDispensed, False, None),
        (S.DISPENSED, AlreadyDispensed, AlreadyDispensed, AlreadyDispensed),
        (S.EXPIRED, WrongState, WrongState, WrongState),
        (S.CANCELLED, False, WrongState, WrongState),
    ],
)
def test_what_each_status_allows(status: PrescriptionStatus, cancel: Any, ready: Any, dispense: Any) -> None:
    assert outcome(must_cancel, status) == cancel
    assert outcome(must_make_ready, stage(status), NOW) == ready
    assert outcome(check_can_be_dispensed, stage(status), NOW) == dispense


@pytest.mark.parametrize("status", sorted(WAITING))
def test_the_bill_comes_first_and_time_before_that(status: PrescriptionStatus) -> None:
    for of in (must_make_ready, check_can_be_dispensed):
        assert outcome(of, stage(status, paid=False), NOW) is BillUnpaid
        assert outcome(of, stage(status, paid=False, left=timedelta(0)), NOW) is WrongState
    assert outcome(pickup_until, stage(status, left=timedelta(0)), NOW) is WrongState


def test_a_code_ends_with_tomorrow_or_with_the_prescription() -> None:
    assert pickup_until(stage(S.ISSUED), NOW) == datetime(2026, 11, 25, tzinfo=SHANGHAI)
    late = NOW.replace(hour=23, minute=59)
    assert pickup_until(stage(S.ISSUED), late) == datetime(2026, 11, 25, tzinfo=SHANGHAI)
    assert pickup_until(stage(S.READY, left=timedelta(hours=2)), NOW) == NOW.replace(hour=11, microsecond=0)


def test_a_line_of_the_bill_for_each_medicine() -> None:
    def medicine(code: str | None, quantity: str, price: int) -> Item:
        return Item(code, "药", "1g", "口服", "每日", 3, Decimal(quantity), "盒", price)

    content = bill_content([medicine("A", "1.5", 333), medicine(None, "2", 1_000)], 500)
    assert [(line.code, line.amount) for line in content.items] == [("A", 500), ("MEDICINE", 2_000)]
    assert (content.total, content.self_paid) == (2_500, 2_000)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=5), st.data())
def test_parts_come_to_what_was_prescribed_and_the_last_one_ends_it(of: list[tuple[int, int]], data: st.DataObject) -> None:
    stock = [Stock(UUID(int=n), Decimal(whole), Decimal(min(out, whole - 1))) for n, (whole, out) in enumerate(of)]
    part = {item.id: Decimal(data.draw(st.integers(1, int(item.left)))) for item in stock if data.draw(st.booleans())}
    handed_out = dict(to_hand_out(stock, list(part.items()) or None))
    after = [Stock(item.id, item.quantity, item.dispensed + handed_out.get(item.id, 0)) for item in stock]
    assert all(0 <= item.left <= item.quantity for item in after)
    is_all = not any(item.left for item in after)
    assert status_after(stock, handed_out) is (S.DISPENSED if is_all else S.PARTLY_DISPENSED)
    rest = to_hand_out(after, None)
    assert {item.id: item.dispensed + rest.get(item.id, 0) for item in after} == {item.id: item.quantity for item in stock}
    if not is_all:
        assert status_after(after, rest) is S.DISPENSED


@given(st.integers(1, 9), st.integers(0, 9))
def test_no_more_than_is_left(whole: int, out: int) -> None:
    stock = [Stock(UUID(int=1), Decimal(whole), Decimal(min(out, whole)))]
    asked = stock[0].left + Decimal("0.0001")
    if asked <= whole:
        with pytest.raises(AlreadyDispensed) as refused:
            to_hand_out(stock, [(UUID(int=1), asked)])
        assert refused.value.field == ("items", "0", "quantity")
