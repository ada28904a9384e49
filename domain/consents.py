"""Consent: an institution may read a part of the record, for a while."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.enums import HealthRecordKind
from domain.refusals import InvalidInput

LONGEST = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a consent opens. `kinds`: in the order of the enum; the days are of the records, both included, None: without end."""

    kinds: list[HealthRecordKind]
    from_day: date | None
    to_day: date | None
    expires_at: datetime


def opened(
    kinds: Collection[HealthRecordKind], from_day: date | None, to_day: date | None, expires_at: datetime, now: datetime
) -> Opened:
    """Raises InvalidInput for a consent to nothing, to days in the wrong order, or one that has ended or would last too long."""
    if not kinds:
        raise InvalidInput("kinds")
    if from_day is not None and to_day is not None and to_day < from_day:
        raise InvalidInput("to")
    if not now < expires_at <= now + LONGEST:
        raise InvalidInput("expires_at")
    return Opened([kind for kind in HealthRecordKind if kind in kinds], from_day, to_day, expires_at)
