"""What people are told, and when."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.notifications import (
    QUIET_FROM,
    QUIET_UNTIL,
    TIME_TO_GO,
    WORDS,
    Facts,
    NotificationEvent,
    after_quiet,
    message,
    reminders,
)
from domain.times import SHANGHAI

EVENT = NotificationEvent


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


FACTS = Facts("市第九人民医院", at("25T09:30"), 1250, at("30T12:00"))


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
    assert after_quiet(at(moment)) == at(allowed)


def test_what_is_needed_before_they_end_goes_at_once() -> None:
    assert after_quiet(at("24T23:00"), needed_by=at("25T08:00")) == at("24T23:00")
    assert after_quiet(at("24T23:00"), needed_by=at("25T08:01")) == at("25T08:00")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(SHANGHAI)))
def test_nobody_is_told_in_quiet_hours_nor_later_than_at_their_end(moment: datetime) -> None:
    allowed = after_quiet(moment)
    assert QUIET_UNTIL <= allowed.astimezone(SHANGHAI).time() < QUIET_FROM
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


def test_an_appointment_in_both_languages() -> None:
    event = EVENT.APPOINTMENT_REMINDER_DAY
    assert message(event, FACTS, "zh-CN", "深圳市") == (
        "【深圳市健康卡】您已预约市第九人民医院，就诊时间11月25日09:30。如不能前往，请及时取消。"
    )
    assert message(event, FACTS, "en", "深圳市") == (
        "[Health e-card] You have an appointment at 市第九人民医院 on 2026-11-25 at 09:30. Please cancel it if you cannot come."
    )


def test_who_cares_for_somebody_reads_of_whom_it_is() -> None:
    facts = Facts("市第九人民医院", amount=1250, holder="王小明")
    assert message(EVENT.BILL_ISSUED, facts, "zh-CN", "深圳市") == (
        "【深圳市健康卡】关于*小明：市第九人民医院向您开出账单，自付12.50元，请在健康卡中支付。"
    )
    assert message(EVENT.BILL_ISSUED, facts, "en", "深圳市").startswith("[Health e-card] For *小明: 市第九人民医院 has issued")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("event", list(EVENT))
def test_every_event_has_its_words_and_each_of_them_a_fact(event: NotificationEvent, language: str) -> None:
    text = message(event, FACTS, language, "深圳市")
    assert "None" not in text
    assert "{" not in text
    assert ("市第九人民医院" in text) == (event is not EVENT.BOOKING_LOCKED)


def test_what_may_be_said_is_where_when_and_how_much() -> None:
    for words in WORDS.values():
        for text in (words.chinese, words.english):
            filled = text.format_map({"institution": "", "starts_at": "", "amount": "", "until": ""})
            assert not any(word in filled for word in ("科", "医生", "诊断", "doctor", "department"))
