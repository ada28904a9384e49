"""Ids: UUIDv7 inside, so that the order of ids is that of time; outside an opaque text of type, resident and id."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

Random = Callable[[int], bytes]
"""A source of random bytes: how many → them."""

_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
_OWNED, _PLAIN = 44, 24
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(now: datetime, random: Random) -> UUID:
    """A UUIDv7 (RFC 9562): the milliseconds of `now`, then 74 random bits."""
    milliseconds = (now - _EPOCH) // timedelta(milliseconds=1)
    noise = int.from_bytes(random(10)) >> 6
    high, low = divmod(noise, 1 << 62)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low)


def first_id(moment: datetime) -> UUID:
    """The least id that is made at the moment or later."""
    return UUID(int=(moment - _EPOCH) // timedelta(milliseconds=1) << 80)


class PublicId(NamedTuple):
    """What an id tells: the letter of its type, the row's id, and the resident where the row belongs to one."""

    letter: str
    id: UUID
    resident_id: UUID | None = None

    def encode(self) -> str:
        """base64url: letter, resident, id (44 characters), or letter, a zero byte, id (24); neither needs padding."""
        middle = b"\0" if self.resident_id is None else self.resident_id.bytes
        return base64.urlsafe_b64encode(self.letter.encode("ascii") + middle + self.id.bytes).decode()

    @classmethod
    def decode(cls, text: str) -> "PublicId | None":
        """None when the text is no id. Each id has one text: what decodes encodes to the same again."""
        if len(text) not in (_OWNED, _PLAIN) or not _ALPHABET.fullmatch(text):
            return None
        raw = base64.urlsafe_b64decode(text)
        if raw[0] > 0x7F:
            return None
        letter = chr(raw[0])
        if len(text) == _OWNED:
            return cls(letter, UUID(bytes=raw[17:]), UUID(bytes=raw[1:17]))
        return cls(letter, UUID(bytes=raw[2:])) if raw[1] == 0 else None


class Key(NamedTuple):
    """A row: its id, and the resident where it belongs to one."""

    id: UUID
    resident_id: UUID | None = None
