from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.access_chain import START, AccessEntry, digest_of, first_break

RESIDENT = UUID("01930000-0000-7000-8000-000000000001")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entry(number: int, previous: bytes) -> AccessEntry:
    made = AccessEntry(
        RESIDENT, number, UUID(int=number), NOON + timedelta(seconds=number), "INSTITUTION", UUID(int=99), "深圳市人民医院",
        "REGISTER", "CARE", ["IDENTITY", "CARD"], False, None, b"",
    )  # fmt: skip
    return replace(made, digest=digest_of(made, previous))


def chain(length: int) -> list[AccessEntry]:
    made: list[AccessEntry] = []
    for number in range(1, length + 1):
        made.append(entry(number, made[-1].digest if made else START))
    return made


def test_whole_chain() -> None:
    log = chain(4)
    assert first_break(log, 4, log[-1].digest) is None
    assert first_break([], 0, START) is None


@pytest.mark.parametrize("at", [1, 2, 4])
def test_changed_entry_breaks_it_there(at: int) -> None:
    log = chain(4)
    head = log[-1].digest
    log[at - 1] = replace(log[at - 1], actor="某医院")
    assert first_break(log, 4, head) == at


@pytest.mark.parametrize("at", [1, 2, 4])
def test_removed_entry_breaks_it_there(at: int) -> None:
    log = chain(4)
    head = log[-1].digest
    del log[at - 1]
    assert first_break(log, 4, head) == at


def test_chain_written_anew_does_not_end_in_the_same_head() -> None:
    log, other = chain(4), chain(3)
    forged = replace(entry(4, other[-1].digest), actor="某医院")
    other.append(replace(forged, digest=digest_of(forged, other[-1].digest)))
    assert first_break(other, 4, log[-1].digest) == 5


def test_entry_after_the_head_is_one_too_many() -> None:
    log = chain(4)
    assert first_break(log, 3, log[2].digest) is not None
