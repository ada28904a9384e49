"""Waiting lists: for which days one may wait, and when one may leave."""

from datetime import date, datetime, timedelta

from domain.enums import WaitlistStatus
from domain.refusals import InvalidInput, WrongState
from domain.times import shanghai_day

FARTHEST = timedelta(days=90)


def check_days(from_day: date, to_day: date, now: datetime) -> None:
    """Raises InvalidInput for days that are past, in the wrong order, or too far off."""
    today = shanghai_day(now)
    if from_day < today:
        raise InvalidInput("from")
    if not from_day <= to_day <= today + FARTHEST:
        raise InvalidInput("to")


def must_leave(status: WaitlistStatus) -> bool:
    """Whether the entry has to be taken out of the line: not when its resident left before. Raises WrongState when it has led to an
    appointment, or its days are over."""
    if status is WaitlistStatus.LEFT:
        return False
    if status is not WaitlistStatus.WAITING:
        raise WrongState("entry_id")
    return True
