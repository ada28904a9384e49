"""The rules of booking that a city sets for itself."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BookingRules:
    """`days_ahead`: how many days ahead one may book, today not counted. `no_shows` appointments missed within `no_show_days` days
    lock booking for `lock_days` days. A place given up returns between `return_after_min` and `return_after_max` later.
    `cancel_until`: how long before its start an appointment can still be cancelled. `check_in_before`: from how long before its
    start a scan checks it in by itself."""

    days_ahead: int = 14
    no_shows: int = 3
    no_show_days: int = 90
    lock_days: int = 30
    return_after_min: timedelta = timedelta(minutes=5)
    return_after_max: timedelta = timedelta(minutes=60)
    cancel_until: timedelta = timedelta(hours=2)
    check_in_before: timedelta = timedelta(hours=2)
