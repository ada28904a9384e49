import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from domain.cards import check_can_be_shown, must_move, new_handle, new_national_id, new_number
from domain.enums import CardStatus
from domain.national import read_national, static_text
from domain.refusals import CardSuspended, WrongState
from tests.domain.samples import noise

ACTIVE, SUSPENDED, REPLACED, CLOSED = CardStatus


@given(st.binary(min_size=16, max_size=16))
def test_a_number_has_sixteen_digits_and_a_check(drawn: bytes) -> None:
    number = new_number(lambda count: drawn[:count])
    assert len(number) == 16
    assert number[0] != "0"
    assert luhn.is_valid(number)


def test_handles_are_as_long_as_the_codes_carry() -> None:
    assert len(new_handle(noise("handle"))) == 16
    read_national(static_text(new_national_id(noise("handle"))))


@pytest.mark.parametrize(
    ("status", "to", "moves"),
    [
        (ACTIVE, ACTIVE, False),
        (ACTIVE, SUSPENDED, True),
        (ACTIVE, REPLACED, True),
        (ACTIVE, CLOSED, True),
        (SUSPENDED, ACTIVE, True),
        (SUSPENDED, SUSPENDED, False),
        (SUSPENDED, REPLACED, True),
        (SUSPENDED, CLOSED, True),
        (REPLACED, REPLACED, False),
        (CLOSED, CLOSED, False),
    ],
)
def test_which_moves_there_are(status: CardStatus, to: CardStatus, moves: bool) -> None:
    assert must_move(status, to) is moves


@pytest.mark.parametrize("status", [REPLACED, CLOSED])
def test_what_is_over_stays_over(status: CardStatus) -> None:
    for to in set(CardStatus) - {status}:
        with pytest.raises(WrongState):
            must_move(status, to)


def test_only_an_active_card_is_shown() -> None:
    check_can_be_shown(ACTIVE)
    with pytest.raises(CardSuspended):
        check_can_be_shown(SUSPENDED)
    for status in (REPLACED, CLOSED):
        with pytest.raises(WrongState):
            check_can_be_shown(status)
