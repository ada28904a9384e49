"""Checking in: whether an appointment and a visit belong together."""

from datetime import UTC, date, datetime, time

from domain.enums import AppointmentStatus
from domain.refusals import NotReady, TooLate, WrongState
from domain.times import SHANGHAI


def must_check_in(status: AppointmentStatus, day: date, today: date) -> bool:
    """Whether it has to be done: not when it was, since asking again is no refusal. Raises WrongState, TooLate for an earlier day,
    NotReady with its beginning for a later one."""
    if status is AppointmentStatus.CHECKED_IN:
        return False
    if status is not AppointmentStatus.BOOKED:
        raise WrongState("appointment_id")
    if day < today:
        raise TooLate("appointment_id")
    if day > today:
        raise NotReady("appointment_id", retry_at=datetime.combine(day, time(), SHANGHAI).astimezone(UTC))
    return True
