"""What may be written into the health record: who was there, and when things happened."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.enums import ConditionStatus
from domain.refusals import InvalidInput, WrongState

MOST_DIAGNOSES = 50
# An encounter may have begun before anybody scanned the code; clocks of institutions may be ahead of ours.
BEFORE_SCAN = timedelta(days=1)
CLOCK_SKEW = timedelta(minutes=5)
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a doctor found. `code`: ICD-10."""

    code: str
    display: str


def check_was_there(delegate_name: str | None) -> None:
    """Raises WrongState for a visit to which somebody else came: nothing was done to the resident in it."""
    if delegate_name is not None:
        raise WrongState("visit_id")


def check_encounter(diagnoses: int, occurred_at: datetime, opened_at: datetime, now: datetime) -> None:
    """Raises InvalidInput for too many diagnoses, and for a time that is not the visit's, which was opened then."""
    if diagnoses > MOST_DIAGNOSES:
        raise InvalidInput("diagnoses")
    if not opened_at - BEFORE_SCAN <= occurred_at <= now + CLOCK_SKEW:
        raise InvalidInput("occurred_at")


def check_day(day: date | None, today: date, field: str) -> None:
    """Raises InvalidInput for what is yet to come, and for what nobody alive remembers."""
    if day is not None and not EARLIEST <= day <= today:
        raise InvalidInput(field)


def check_course(status: ConditionStatus, since: date | None, resolved_on: date | None, today: date) -> None:
    """Raises InvalidInput for a condition that is over before it begins, or over and not resolved."""
    check_day(since, today, "since")
    check_day(resolved_on, today, "resolved_on")
    if resolved_on is not None and (status is not ConditionStatus.RESOLVED or (since is not None and resolved_on < since)):
        raise InvalidInput("resolved_on")
