"""What may be written into the health record."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.enums import ConditionStatus
from domain.health_record import (
    BEFORE_SCAN,
    CLOCK_SKEW,
    EARLIEST,
    MOST_DIAGNOSES,
    check_course,
    check_day,
    check_encounter,
    check_was_there,
)
from domain.refusals import InvalidInput, WrongState

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
OPENED, TODAY, TICK = NOW - timedelta(days=3), date(2026, 11, 24), timedelta(microseconds=1)
ACTIVE, RESOLVED = ConditionStatus.ACTIVE, ConditionStatus.RESOLVED


def test_who_sends_somebody_was_not_there() -> None:
    check_was_there(None)
    with pytest.raises(WrongState):
        check_was_there("张三")


@pytest.mark.parametrize("at", [OPENED - BEFORE_SCAN, OPENED, NOW, NOW + CLOCK_SKEW])
def test_an_encounter_is_of_its_visit(at: datetime) -> None:
    check_encounter(MOST_DIAGNOSES, at, OPENED, NOW)


@pytest.mark.parametrize("at", [OPENED - BEFORE_SCAN - TICK, NOW + CLOCK_SKEW + TICK])
def test_an_encounter_is_neither_long_before_nor_to_come(at: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_encounter(0, at, OPENED, NOW)
    assert refused.value.field == ("occurred_at",)


def test_there_are_only_so_many_diagnoses() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_encounter(MOST_DIAGNOSES + 1, NOW, OPENED, NOW)
    assert refused.value.field == ("diagnoses",)


@pytest.mark.parametrize(("day", "holds"), [(None, True), (EARLIEST, True), (TODAY, True), (date(1899, 12, 31), False)])
def test_a_day_is_one_that_people_remember(day: date | None, holds: bool) -> None:
    if holds:
        return check_day(day, TODAY, "since")
    with pytest.raises(InvalidInput):
        check_day(day, TODAY, "since")


@pytest.mark.parametrize(
    ("status", "since", "resolved_on"),
    [
        (ACTIVE, None, None),
        (ACTIVE, TODAY, None),
        (RESOLVED, None, None),
        (RESOLVED, TODAY, TODAY),
        (RESOLVED, None, date(2020, 2, 29)),
    ],
)
def test_a_condition_has_a_course(status: ConditionStatus, since: date | None, resolved_on: date | None) -> None:
    check_course(status, since, resolved_on, TODAY)


@pytest.mark.parametrize(
    ("status", "since", "resolved_on", "field"),
    [
        (ACTIVE, None, TODAY, "resolved_on"),
        (RESOLVED, TODAY, TODAY - timedelta(days=1), "resolved_on"),
        (RESOLVED, None, TODAY + timedelta(days=1), "resolved_on"),
        (ACTIVE, TODAY + timedelta(days=1), None, "since"),
    ],
)
def test_a_condition_without_sense(status: ConditionStatus, since: date | None, resolved_on: date | None, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_course(status, since, resolved_on, TODAY)
    assert refused.value.field == (field,)
