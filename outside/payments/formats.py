"""What the wire formats share: amounts as text, times of Shanghai, texts of limited length."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from domain.times import SHANGHAI
from outside.payments import OrderState, RefundState

T = TypeVar("T", OrderState, RefundState)

_YUAN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2})0*)?")
TOLERANCE = 300
"""Seconds that a clock may be wrong by, and a message may travel."""
_SECONDS = re.compile(r"[0-9]{1,12}")
_FEN = re.compile(r"[0-9]{1,15}")


def from_yuan(text: str) -> int:
    """128.5 → 12850. Raises ValueError, also for a part of a fen."""
    found = _YUAN.fullmatch(text)
    if not found:
        raise ValueError("no amount")
    sign, yuan, fen = found.groups()
    value = int(yuan) * 100 + int((fen or "0").ljust(2, "0"))
    return -value if sign else value


def from_fen(text: str) -> int:
    """Digits. Raises ValueError."""
    if not _FEN.fullmatch(text):
        raise ValueError("no amount")
    return int(text)


def whole(value: Any) -> int:
    """A JSON integer that is an amount. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("no amount")
    return value


def text_of(values: Mapping[str, Any], name: str) -> str:
    """A member that must be text, and not empty. Raises ValueError."""
    value = values.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def local_time(text: str, pattern: str = "%Y-%m-%d %H:%M:%S") -> datetime:
    """A time of Shanghai without a zone → aware UTC. Raises ValueError."""
    return datetime.strptime(text, pattern).replace(tzinfo=SHANGHAI).astimezone(UTC)


def local_text(moment: datetime, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment as the clock shows it in Shanghai."""
    return moment.astimezone(SHANGHAI).strftime(pattern)


def shortened(text: str, most: int) -> str:
    """As much of the text as has at most this many bytes in UTF-8, without control characters."""
    plain = "".join(character for character in text if character.isprintable())
    return plain.encode()[:most].decode(errors="ignore")


def same(found: T, number: str) -> T:
    """What was asked for: an answer about another number is none. Raises ValueError."""
    if found.number != number:
        raise ValueError("number")
    return found


def books_are_closed(day: date, now: datetime) -> bool:
    """Whether it is past ten of the next morning in Shanghai, by when the providers have made their statement of a day. They
    answer "there is none" both before that and for a day on which nothing was paid."""
    return now >= datetime.combine(day + timedelta(days=1), time(10), SHANGHAI)


def recent(timestamp: str, now: datetime) -> bool:
    """Whether a message of this time, in seconds since 1970, may be one that was sent just now."""
    return bool(_SECONDS.fullmatch(timestamp)) and abs(int(timestamp) - now.timestamp()) <= TOLERANCE
