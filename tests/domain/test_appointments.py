"""When one may book, cancel and move, and who may not for a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.appointments import (
    can_be_passed_on,
    check_movable,
    check_not_locked,
    check_slot,
    counted_from,
    locked_until,
    must_cancel,
    opening,
)
from domain.booking import BookingRules
from domain.enums import AppointmentStatus
from domain.refusals import BookingLocked, NotReady, SlotWithdrawn, TooLate, WrongState

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
RULES = BookingRules()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def test_slot_can_be_booked_from_midnight_of_the_first_day_until_it_begins() -> None:
    check_slot(NOW + SECOND, None, RULES, NOW)
    with pytest.raises(TooLate):
        check_slot(NOW, None, RULES, NOW)
    # 09:00 in Shanghai, fourteen days on: midnight in Shanghai is 16:00 UTC of the day before.
    starts_at = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
    opens_at = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert opening(starts_at, RULES) == opens_at
    check_slot(starts_at, None, RULES, opens_at)
    with pytest.raises(NotReady) as refused:
        check_slot(starts_at, None, RULES, opens_at - SECOND)
    assert refused.value.retry_at == opens_at


def test_withdrawn_slot_is_refused_as_withdrawn_whenever_it_is() -> None:
    for starts_at in (NOW - DAY, NOW + DAY, NOW + 100 * DAY):
        with pytest.raises(SlotWithdrawn):
            check_slot(starts_at, NOW, RULES, NOW)


@pytest.mark.parametrize("status", AppointmentStatus)
def test_only_what_is_booked_moves_and_cancelling_again_is_no_refusal(status: AppointmentStatus) -> None:
    if status is AppointmentStatus.BOOKED:
        check_movable(status, NOW, NOW)
        assert must_cancel(status, NOW, NOW)
        return
    with pytest.raises(WrongState):
        check_movable(status, NOW, NOW)
    if status is AppointmentStatus.CANCELLED:
        assert not must_cancel(status, NOW - DAY, NOW)
    else:
        with pytest.raises(WrongState):
            must_cancel(status, NOW, NOW)


def test_after_its_time_it_is_too_late() -> None:
    with pytest.raises(TooLate):
        must_cancel(AppointmentStatus.BOOKED, NOW, NOW + SECOND)


def test_the_third_missed_within_the_days_locks_for_a_while_from_its_end() -> None:
    missed = [NOW, NOW - 89 * DAY]
    check_not_locked(missed, RULES, NOW)
    missed.append(NOW - 90 * DAY)
    until = NOW + 30 * DAY
    for now in (NOW, until - SECOND):
        with pytest.raises(BookingLocked) as refused:
            check_not_locked(missed, RULES, now)
        assert refused.value.retry_at == until
    check_not_locked(missed, RULES, until)
    missed[-1] -= SECOND
    check_not_locked(missed, RULES, NOW)


def test_lock_of_earlier_ones_stands_when_a_later_one_is_too_far_from_them() -> None:
    rules = replace(RULES, no_show_days=10, lock_days=60)
    missed = [NOW - 40 * DAY, NOW - 41 * DAY, NOW - 42 * DAY, NOW - 20 * DAY]
    assert locked_until(missed, rules) == NOW + 20 * DAY


@given(st.lists(st.integers(0, 400), max_size=8), st.integers(1, 4))
def test_what_lies_before_the_days_that_count_changes_nothing(days: list[int], no_shows: int) -> None:
    rules = replace(RULES, no_shows=no_shows)
    missed = [NOW - day * DAY for day in days]

    def locked(ends: list[datetime]) -> bool:
        until = locked_until(ends, rules)
        return until is not None and until > NOW

    assert locked(missed) == locked([end for end in missed if end >= counted_from(rules, NOW)])


def test_place_is_passed_on_while_it_could_still_be_cancelled() -> None:
    starts_at = NOW + RULES.cancel_until
    assert can_be_passed_on(starts_at + SECOND, None, RULES, NOW)
    assert not can_be_passed_on(starts_at, None, RULES, NOW)
    assert not can_be_passed_on(starts_at + DAY, NOW, RULES, NOW)
