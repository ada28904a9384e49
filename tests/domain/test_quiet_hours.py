"""At which hours people are told."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notifications import NotificationEvent
from domain.quiet_hours import NIGHT, TIME_TO_GO, Quiet, after_quiet, reminders
from domain.times import SHANGHAI

EVENT = NotificationEvent


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("24T07:59:59", "24T08:00"),
        ("24T08:00", "24T08:00"),
        ("24T21:59:59", "24T21:59:59"),
        ("24T22:00", "25T08:00"),
        ("25T00:00", "25T08:00"),
    ],
)
def test_quiet_hours_put_off_to_their_end(moment: str, allowed: str) -> None:
    assert after_quiet(at(moment), NIGHT) == at(allowed)


def test_what_is_needed_before_they_end_goes_at_once() -> None:
    assert after_quiet(at("24T23:00"), NIGHT, needed_by=at("25T08:00")) == at("24T23:00")
    assert after_quiet(at("24T23:00"), NIGHT, needed_by=at("25T08:01")) == at("25T08:00")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(SHANGHAI)))
def test_nobody_is_told_in_quiet_hours_nor_later_than_at_their_end(moment: datetime) -> None:
    allowed = after_quiet(moment, NIGHT)
    assert NIGHT.end <= allowed.astimezone(SHANGHAI).time() < NIGHT.start
    assert timedelta(0) <= allowed - moment <= timedelta(hours=10)


@pytest.mark.parametrize(
    ("starts_at", "now", "planned"),
    [
        ("25T14:00", "20T10:00", [(EVENT.APPOINTMENT_REMINDER_DAY, "24T14:00"), (EVENT.APPOINTMENT_REMINDER_HOURS, "25T12:00")]),
        ("25T14:00", "24T14:00", [(EVENT.APPOINTMENT_REMINDER_HOURS, "25T12:00")]),
        ("25T14:00", "25T12:00", []),
        ("25T08:30", "20T10:00", [(EVENT.APPOINTMENT_REMINDER_DAY, "24T08:30"), (EVENT.APPOINTMENT_REMINDER_HOURS, "25T08:00")]),
        # Two hours before is night, and at its end there is no time left: the reminder of the day before has to do.
        ("25T08:00", "20T10:00", [(EVENT.APPOINTMENT_REMINDER_DAY, "24T08:00")]),
        ("25T23:30", "20T10:00", [(EVENT.APPOINTMENT_REMINDER_DAY, "25T08:00"), (EVENT.APPOINTMENT_REMINDER_HOURS, "25T21:30")]),
    ],
)
def test_reminders(starts_at: str, now: str, planned: list[tuple[NotificationEvent, str]]) -> None:
    assert reminders(at(starts_at), at(now)) == [(event, at(moment)) for event, moment in planned]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(SHANGHAI)),
    st.timedeltas(timedelta(0), timedelta(days=14)),
)
def test_a_reminder_is_ahead_and_leaves_time_to_go(starts_at: datetime, ahead: timedelta) -> None:
    for _, moment in reminders(starts_at, starts_at - ahead):
        assert starts_at - ahead < moment <= starts_at - TIME_TO_GO


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [("24T12:59", "24T12:59"), ("24T13:00", "24T15:00"), ("24T14:59", "24T15:00"), ("24T15:00", "24T15:00")],
)
def test_quiet_hours_of_the_day(moment: str, allowed: str) -> None:
    assert after_quiet(at(moment), Quiet(time(13), time(15))) == at(allowed)


def test_who_has_none_is_told_at_once() -> None:
    assert after_quiet(at("24T23:00"), None) == at("24T23:00")
