"""Sessions are cut into slots whose ids anyone can work out again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Conflict, InvalidInput, TooLate
from domain.slots import (
    MOST_PLACES,
    MOST_SLOTS,
    Published,
    Session,
    Span,
    check_apart,
    check_session,
    cut,
    new_spans,
    slot_id,
)

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
MORNING = Session(datetime(2026, 11, 24, 0, tzinfo=UTC), datetime(2026, 11, 24, 4, tzinfo=UTC), 30, 4, 2_500)
DOCTOR = UUID("01930000-0000-7000-8000-000000000001")
PLACE = UUID("01930000-0000-7000-8000-000000000002")
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def span(start: int, end: int) -> Span:
    return Span(at(start), at(end))


@given(MOMENTS, st.integers(1, 720), st.integers(1, 2_000))
def test_slots_follow_each_other_and_leave_too_little_for_another(start: datetime, minutes: int, length: int) -> None:
    slots = cut(Session(start, start + timedelta(minutes=length), minutes, 1, 0))
    assert len(slots) == length // minutes
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in slots)
    assert [slot.starts_at for slot in slots] == [start, *(slot.ends_at for slot in slots)][: len(slots)]


def test_minutes_that_are_too_few_stay_free() -> None:
    slots = cut(replace(MORNING, slot_minutes=50))
    assert [slot.ends_at for slot in slots][-1] == MORNING.ends_at - timedelta(minutes=40)


@given(st.uuids(), MOMENTS, st.uuids(), MOMENTS)
def test_an_id_is_of_one_doctor_and_time(doctor: UUID, start: datetime, other: UUID, later: datetime) -> None:
    id = slot_id(doctor, start)
    assert id.version == 8
    assert id.variant == "specified in RFC 4122"
    assert id == slot_id(doctor, start.astimezone(ZoneInfo("Asia/Shanghai")))
    assert (id == slot_id(other, later)) == ((doctor, start) == (other, later))


def test_an_id_never_changes() -> None:
    assert slot_id(DOCTOR, MORNING.starts_at) == UUID("31a62097-0ee7-8b36-9f29-bb28a4bf447a")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": -5}, "slot_minutes"),
        ({"slot_minutes": 721, "ends_at": MORNING.starts_at + timedelta(days=1)}, "slot_minutes"),
        ({"ends_at": MORNING.starts_at}, "ends_at"),
        ({"ends_at": MORNING.starts_at - timedelta(hours=1)}, "ends_at"),
        ({"ends_at": MORNING.starts_at + timedelta(minutes=29)}, "ends_at"),
        ({"ends_at": NOW + timedelta(days=367)}, "ends_at"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": MOST_PLACES + 1}, "capacity"),
        ({"slot_minutes": 1, "ends_at": MORNING.starts_at + timedelta(minutes=MOST_SLOTS + 1)}, "slot_minutes"),
    ],
)
def test_what_can_be_no_session_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_session(replace(MORNING, **changes), NOW, "sessions", "0")  # type: ignore[arg-type]  # the fields vary
    assert refused.value.field == ("sessions", "0", field)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ends_at": MORNING.starts_at + timedelta(minutes=30)},
        {"capacity": MOST_PLACES},
        {"slot_minutes": 1, "ends_at": MORNING.starts_at + timedelta(minutes=MOST_SLOTS)},
        {"slot_minutes": 720, "ends_at": MORNING.starts_at + timedelta(hours=12)},
    ],
)
def test_what_can_be_a_session_passes(changes: dict[str, object]) -> None:
    check_session(replace(MORNING, **changes), NOW)  # type: ignore[arg-type]  # the fields vary


def of(span: Span) -> Session:
    return Session(span.starts_at, span.ends_at, 10, 1, 0)


def test_sessions_of_one_doctor_do_not_overlap() -> None:
    check_apart([of(span(0, 10)), of(span(20, 30)), of(span(10, 20))])
    for other in (span(0, 10), span(0, 5), span(2, 8), span(-5, 15), span(9, 20)):
        with pytest.raises(InvalidInput) as refused:
            check_apart([of(span(40, 50)), of(span(0, 10)), of(other)], "sessions")
        assert refused.value.field == ("sessions", "2")


def published(one: Span, department: UUID = PLACE, *, is_withdrawn: bool = False) -> Published:
    return Published(one, department, is_withdrawn)


@pytest.mark.parametrize(
    ("wanted", "there", "new"),
    [
        ([span(0, 10), span(10, 20)], [span(20, 30), span(-10, 0)], [span(0, 10), span(10, 20)]),
        ([span(0, 10), span(10, 20)], [span(0, 10)], [span(10, 20)]),
        ([span(0, 10)], [span(0, 10)], []),
    ],
)
def test_what_is_there_already_is_not_new(wanted: list[Span], there: list[Span], new: list[Span]) -> None:
    assert new_spans(wanted, PLACE, [published(one) for one in there], at(-60)) == new
    assert new_spans(wanted, PLACE, [published(one, is_withdrawn=True) for one in there], at(-60)) == new


@pytest.mark.parametrize("other", [span(0, 5), span(2, 8), span(-5, 15), span(9, 20), span(0, 20)])
def test_a_slot_that_overlaps_another_is_refused(other: Span) -> None:
    with pytest.raises(Conflict) as refused:
        new_spans([span(20, 30), span(0, 10)], PLACE, [published(other)], at(-60), "sessions", "1")
    assert refused.value.field == ("sessions", "1")


def test_a_withdrawn_slot_leaves_its_time_but_for_one_that_would_have_its_id() -> None:
    assert new_spans([span(0, 10)], PLACE, [published(span(5, 15), is_withdrawn=True)], at(-60)) == [span(0, 10)]
    with pytest.raises(Conflict):
        new_spans([span(0, 10)], PLACE, [published(span(0, 5), is_withdrawn=True)], at(-60))
    with pytest.raises(Conflict):
        new_spans([span(0, 10)], PLACE, [published(span(0, 10), DOCTOR)], at(-60))


def test_what_has_begun_is_too_late_unless_it_is_there() -> None:
    assert new_spans([span(0, 10), span(10, 20)], PLACE, [published(span(0, 10))], at(5)) == [span(10, 20)]
    for now in (at(0), at(5), at(60)):
        with pytest.raises(TooLate):
            new_spans([span(0, 10)], PLACE, [], now)
