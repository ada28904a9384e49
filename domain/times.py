"""Times: aware UTC inside, Asia/Shanghai for people, and one canonical text, as the database writes it into JSON."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_RFC3339 = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def to_text(moment: datetime) -> str:
    """2026-11-23T09:30:00+08:00, with a fraction only where there is one, and no zeros at its end: as PostgreSQL writes
    a timestamptz into JSON in a session of this zone."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone is none.")
    local = moment.astimezone(SHANGHAI)
    text = local.isoformat(timespec="seconds")
    fraction = f".{local.microsecond:06d}".rstrip("0") if local.microsecond else ""
    return text[:19] + fraction + text[19:]


def from_text(text: str) -> datetime:
    """RFC 3339 with an offset → aware UTC. Raises ValueError for anything else, and for times that we cannot show."""
    if not _RFC3339.fullmatch(text):
        raise ValueError("A time is written as 2026-11-23T09:30:00+08:00.")
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
        moment.astimezone(SHANGHAI)
    except OverflowError:
        raise ValueError("The time is out of range.") from None
    return moment


def shanghai_day(moment: datetime) -> date:
    """The calendar day that people are in at that moment."""
    return moment.astimezone(SHANGHAI).date()


def for_people(moment: datetime, language: str) -> str:
    """As a message says it: 11月25日09:30, or in English 2026-11-25 at 09:30."""
    local = moment.astimezone(SHANGHAI)
    if language == "en":
        # Not strftime: its names of months follow the machine's locale.
        return f"{local.date().isoformat()} at {local:%H:%M}"
    return f"{local.month}月{local.day}日{local:%H:%M}"
