"""Booking: when a slot can be booked, when an appointment can be cancelled, and who may book nothing for a while."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from domain.booking import BookingRules
from domain.enums import AppointmentStatus
from domain.refusals import BookingLocked, NotReady, SlotWithdrawn, TooLate, WrongState
from domain.times import SHANGHAI, shanghai_day

HOLDING = (AppointmentStatus.BOOKED, AppointmentStatus.CHECKED_IN)
"""The states in which an appointment keeps its time and its day at the department from other ones."""


def check_slot(starts_at: datetime, withdrawn_at: datetime | None, rules: BookingRules, now: datetime) -> None:
    """Raises SlotWithdrawn; TooLate for what has begun; NotReady for what is too far ahead, with when it can be booked."""
    if withdrawn_at is not None:
        raise SlotWithdrawn("slot_id")
    if starts_at <= now:
        raise TooLate("slot_id")
    opens_at = opening(starts_at, rules)
    if now < opens_at:
        raise NotReady("slot_id", retry_at=opens_at)


def opening(starts_at: datetime, rules: BookingRules) -> datetime:
    """When what begins then can be booked: from midnight on, so many days before."""
    day = shanghai_day(starts_at) - timedelta(days=rules.days_ahead)
    return datetime.combine(day, time(), SHANGHAI)


def must_cancel(status: AppointmentStatus, cancellable_until: datetime, now: datetime) -> bool:
    """Whether it has to be cancelled: not when it is already, since asking again is no refusal. Raises what `check_movable`
    does."""
    if status is AppointmentStatus.CANCELLED:
        return False
    check_movable(status, cancellable_until, now)
    return True


def check_movable(status: AppointmentStatus, cancellable_until: datetime, now: datetime) -> None:
    """Raises WrongState when its place can be given up no longer because of what became of it, TooLate because of the time."""
    if status is not AppointmentStatus.BOOKED:
        raise WrongState("appointment_id")
    if now > cancellable_until:
        raise TooLate("appointment_id")


def locked_until(missed: Sequence[datetime], rules: BookingRules) -> datetime | None:
    """Until when one who missed the appointments that ended at these times may book nothing; None where they were too few, or too
    far apart. The newest ones within the days that count decide."""
    ends = sorted(missed, reverse=True)
    for last, first in zip(ends, ends[rules.no_shows - 1 :], strict=False):
        if last - first <= timedelta(days=rules.no_show_days):
            return last + timedelta(days=rules.lock_days)
    return None


def check_not_locked(missed: Sequence[datetime], rules: BookingRules, now: datetime) -> None:
    """`missed`: when the appointments ended that they missed, as far as `counted_from`. Raises BookingLocked with its end."""
    until = locked_until(missed, rules)
    if until is not None and now < until:
        raise BookingLocked(retry_at=until)


def counted_from(rules: BookingRules, now: datetime) -> datetime:
    """What was missed before then locks nothing any more."""
    return now - timedelta(days=rules.no_show_days + rules.lock_days)


def can_be_passed_on(starts_at: datetime, withdrawn_at: datetime | None, rules: BookingRules, now: datetime) -> bool:
    """Whether a place may be booked for who waits for one: not when they could not cancel it any more, since nobody asked them."""
    return withdrawn_at is None and now < starts_at - rules.cancel_until
