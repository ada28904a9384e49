"""The chain of a resident's access log, worked out anew: whoever has the entries can tell whether one was removed or changed.

Each digest is SHA-256 over the digest before it and the entry as a JSON array. docs/reference/access-log.md gives the algorithm.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

START = bytes(32)
"""Before the first entry."""


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One look at a resident's data. `number`: 1, 2, 3 …; `digest`: as it is stored."""

    resident_id: UUID
    number: int
    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID
    actor: str
    care_step: str | None
    purpose: str
    kinds: Sequence[str]
    break_glass: bool
    reason: str | None
    digest: bytes


def digest_of(entry: AccessEntry, previous: bytes) -> bytes:
    """What the entry's digest must be after this one."""
    at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    who = [entry.actor_kind, str(entry.actor_id), entry.actor]
    why = [entry.care_step, entry.purpose, ",".join(entry.kinds), entry.break_glass, entry.reason]
    row = [str(entry.resident_id), str(entry.number), str(entry.id), at, *who, *why]
    return hashlib.sha256(previous + json.dumps(row, ensure_ascii=False).encode()).digest()


def first_break(entries: Iterable[AccessEntry], count: int, head: bytes) -> int | None:
    """The number of the first entry that is missing, out of place or changed; None when the chain is whole.

    entries: of one resident, oldest first. count, head: how many there must be, and the last one's digest.
    """
    previous, number = START, 0
    for entry in entries:
        number += 1
        if entry.number != number or entry.digest != digest_of(entry, previous):
            return number
        previous = entry.digest
    return None if (number, previous) == (count, head) else number + 1
