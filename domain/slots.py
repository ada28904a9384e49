"""Clinic sessions cut into slots, and the slots' ids."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.refusals import Conflict, InvalidInput, TooLate

MOST_SESSIONS = 100
MOST_SLOTS = 500
MOST_PLACES = 1_000
LONGEST_SLOT = timedelta(hours=12)
FARTHEST = timedelta(days=366)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Session:
    """When a doctor sees patients: cut into slots of `slot_minutes`, each with `capacity` places at `fee` fen."""

    starts_at: datetime
    ends_at: datetime
    slot_minutes: int
    capacity: int
    fee: int


@dataclass(frozen=True, slots=True)
class Span:
    """A slot's time."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether both hold a moment. One that begins when the other ends does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Published:
    """A slot of the doctor that is there already."""

    span: Span
    department_id: UUID
    is_withdrawn: bool


def slot_id(doctor_id: UUID, starts_at: datetime) -> UUID:
    """A UUIDv8 (RFC 9562) out of the doctor and the time: the same again is the same slot."""
    microseconds = (starts_at - _EPOCH) // timedelta(microseconds=1)
    digest = hashlib.sha256(b"slot" + doctor_id.bytes + microseconds.to_bytes(8, "big", signed=True)).digest()
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | 8 << 76
    return UUID(int=number & ~(0b11 << 62) | 0b10 << 62)


def check_session(session: Session, now: datetime, *field: str) -> None:
    """Raises InvalidInput for what can be no session: no whole slot fits, too long a slot, no place or too many, too far off."""
    length = session.ends_at - session.starts_at
    if session.slot_minutes < 1 or timedelta(minutes=session.slot_minutes) > LONGEST_SLOT:
        raise InvalidInput(*field, "slot_minutes")
    if length < timedelta(minutes=session.slot_minutes) or session.ends_at > now + FARTHEST:
        raise InvalidInput(*field, "ends_at")
    if not 1 <= session.capacity <= MOST_PLACES:
        raise InvalidInput(*field, "capacity")
    if length // timedelta(minutes=session.slot_minutes) > MOST_SLOTS:
        raise InvalidInput(*field, "slot_minutes")


def cut(session: Session) -> list[Span]:
    """The session's slots, one after the other. Minutes at the end that are too few for a slot stay free."""
    length = timedelta(minutes=session.slot_minutes)
    count = (session.ends_at - session.starts_at) // length
    return [Span(session.starts_at + length * n, session.starts_at + length * (n + 1)) for n in range(count)]


def check_apart(sessions: Sequence[Session], *field: str) -> None:
    """Raises InvalidInput when two of them overlap: a doctor is in one place."""
    spans = [Span(session.starts_at, session.ends_at) for session in sessions]
    for index, span in enumerate(spans):
        if any(span.overlaps(before) for before in spans[:index]):
            raise InvalidInput(*field, str(index))


def new_spans(spans: Iterable[Span], department_id: UUID, published: Sequence[Published], now: datetime, *field: str) -> list[Span]:
    """Those that are not published yet. Raises Conflict for one that overlaps another slot of the doctor, or has the time of one in
    another department or of another length; TooLate for a new one that has begun."""
    at = {slot.span.starts_at: slot for slot in published}
    open_spans = [slot.span for slot in published if not slot.is_withdrawn]
    found = []
    for span in spans:
        same = at.get(span.starts_at)
        if same is not None and (same.span, same.department_id) == (span, department_id):
            continue
        if same is not None or any(span.overlaps(other) for other in open_spans):
            raise Conflict(*field)
        if span.starts_at <= now:
            raise TooLate(*field, "starts_at")
        found.append(span)
    return found
