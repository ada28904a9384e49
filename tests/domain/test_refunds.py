from datetime import timedelta

import pytest

from domain.refunds import PAUSES, amount_to_refund, pause_before
from domain.refusals import InvalidInput, RefundExceedsPayment


def test_a_part_is_what_was_asked_for_and_the_whole_is_what_is_left() -> None:
    assert amount_to_refund(1, 700) == 1
    assert amount_to_refund(700, 700) == 700
    assert amount_to_refund(None, 700) == 700


@pytest.mark.parametrize(("asked", "left"), [(701, 700), (1, 0), (None, 0)])
def test_more_than_is_left_is_refused(asked: int | None, left: int) -> None:
    with pytest.raises(RefundExceedsPayment) as refused:
        amount_to_refund(asked, left)
    assert refused.value.field == ("amount",)


@pytest.mark.parametrize("asked", [0, -1])
def test_nothing_is_no_amount(asked: int) -> None:
    with pytest.raises(InvalidInput):
        amount_to_refund(asked, 700)


def test_who_does_not_know_yet_asks_later_and_later_and_never_stops() -> None:
    pauses = [pause_before(asked) for asked in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == PAUSES[0] < timedelta(minutes=1)
    assert pauses[-1] == pauses[-2] == PAUSES[-1]
