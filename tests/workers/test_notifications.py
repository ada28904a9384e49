"""People are told once, in their language, and of nothing that no longer holds."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from db import notifications, outbox
from domain.enums import CareScope
from domain.times import to_text
from tests.workers import telling
from tests.workers.city import fresh_id
from tests.workers.clinic import HOSPITAL, add_resident, care_for
from tests.workers.conftest import Clock, RecordingSms
from tests.workers.town import EVENT, NOON, OTHER_PHONE, PHONE, STARTS, THIRD_PHONE, Town, new_town
from workers.notifications import tell
from workers.tools import Tools


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
async def town(tools: Tools) -> Town:
    return await new_town(tools)


async def test_a_reminder_says_where_and_when(town: Town, sms: RecordingSms) -> None:
    job = await town.told(EVENT.APPOINTMENT_REMINDER_DAY, await town.appointment(), starts_at=to_text(STARTS))
    await telling.tell(town.tools, job)
    text = f"【深圳市健康卡】您已预约{HOSPITAL}，就诊时间11月25日14:00。如不能前往，请及时取消。"
    assert [(phone, said) for phone, said, _, _ in sms.sent] == [(PHONE, text)]
    assert await town.state(job) == "done"


async def test_each_is_told_in_their_language(town: Town, sms: RecordingSms) -> None:
    resident_id = await town.resident(OTHER_PHONE, "en")
    appointment_id = await town.appointment(resident_id=resident_id)
    await town.tell(EVENT.WAITLIST_BOOKED, appointment_id, resident_id)
    [(phone, text, _, _)] = sms.sent
    assert phone == OTHER_PHONE
    assert text.startswith(f"[Health e-card] A place has come free: you are booked at {HOSPITAL} on 2026-11-25 at 14:00.")


async def test_a_job_that_runs_twice_tells_once(town: Town, sms: RecordingSms) -> None:
    job = await town.told(EVENT.WAITLIST_BOOKED, await town.appointment())
    await telling.tell(town.tools, job)
    await telling.tell(town.tools, job)
    assert len(sms.sent) == 1


async def test_two_jobs_of_one_thing_tell_once(town: Town, sms: RecordingSms) -> None:
    appointment_id = await town.appointment()
    for _ in range(2):
        await town.tell(EVENT.WAITLIST_BOOKED, appointment_id)
    assert len(sms.sent) == 1


@pytest.mark.parametrize("status", ["CANCELLED", "CHECKED_IN", "NO_SHOW"])
async def test_nobody_is_reminded_of_what_is_no_longer_booked(town: Town, sms: RecordingSms, status: str) -> None:
    job = await town.told(EVENT.APPOINTMENT_REMINDER_HOURS, await town.appointment(status), starts_at=to_text(STARTS))
    await telling.tell(town.tools, job)
    assert (sms.sent, await town.state(job)) == ([], "done")


async def test_a_moved_appointment_is_reminded_of_at_its_new_time_alone(town: Town, sms: RecordingSms) -> None:
    appointment_id = await town.appointment()
    event, before = EVENT.APPOINTMENT_REMINDER_DAY, to_text(STARTS - timedelta(days=3))
    await town.tell(event, appointment_id, starts_at=before)
    assert sms.sent == []
    await town.tell(event, appointment_id, starts_at=to_text(STARTS))
    assert len(sms.sent) == 1


async def test_an_appointment_that_has_begun_needs_no_reminder(town: Town, clock: Clock, sms: RecordingSms) -> None:
    job = await town.told(EVENT.APPOINTMENT_REMINDER_HOURS, await town.appointment(), starts_at=to_text(STARTS))
    clock.now = STARTS
    await telling.tell(town.tools, job)
    assert sms.sent == []


@pytest.mark.parametrize("status", ["PAID", "CANCELLED"])
async def test_nobody_is_asked_to_pay_what_is_paid(town: Town, sms: RecordingSms, status: str) -> None:
    await town.tell(EVENT.BILL_ISSUED, await town.bill(status))
    assert sms.sent == []


async def test_news_of_money_that_come_days_late_puzzle_nobody(town: Town, clock: Clock, sms: RecordingSms) -> None:
    bill_ids = [await town.bill() for _ in range(2)]
    for bill_id, later in zip(bill_ids, (timedelta(days=3, seconds=-1), timedelta(days=3)), strict=True):
        clock.now = NOON + later
        await town.tell(EVENT.BILL_ISSUED, bill_id)
    assert len(sms.sent) == 1


async def test_of_another_persons_thing_nobody_is_told(town: Town, sms: RecordingSms) -> None:
    other_id = await town.resident(OTHER_PHONE)
    await town.tell(EVENT.WAITLIST_BOOKED, await town.appointment(), other_id)
    assert sms.sent == []


async def test_for_who_has_no_phone_the_carers_are_told_who_may_know(town: Town, sms: RecordingSms) -> None:
    child_id, mother_id, uncle_id = (
        await town.resident(None),
        await town.resident(OTHER_PHONE, "en"),
        await town.resident(THIRD_PHONE),
    )
    async with town.tools.pool.transaction() as connection:
        await care_for(connection, child_id, mother_id, NOON, CareScope.APPOINTMENTS)
        await care_for(connection, child_id, uncle_id, NOON, CareScope.BILLS)
        await care_for(
            connection, child_id, await add_resident(connection, town.tools.sealer, NOON, None), NOON, CareScope.APPOINTMENTS
        )
    job = await town.told(EVENT.WAITLIST_BOOKED, await town.appointment(resident_id=child_id), child_id)
    for _ in range(2):
        await telling.tell(town.tools, job)
    [(phone, text, _, _)] = sms.sent
    assert phone == OTHER_PHONE
    assert text.startswith("[Health e-card] For *小明: A place has come free")


async def test_who_is_locked_out_is_told_until_when(town: Town, clock: Clock, sms: RecordingSms) -> None:
    missed = await town.appointment("NO_SHOW")
    async with town.tools.pool.transaction() as connection:
        until = to_text(datetime(2026, 12, 24, 6, 30, tzinfo=UTC))
        await tell(connection, EVENT.BOOKING_LOCKED, town.resident_id, missed, NOON, os.urandom, until=until)
        id = await connection.fetchval("select id from outbox")
        job = await outbox.start(connection, id, NOON)
    assert job is not None
    await telling.tell(town.tools, job)
    assert [text for _, text, _, _ in sms.sent] == ["【深圳市健康卡】您多次预约后未就诊，12月24日14:30前不能预约。"]


async def test_reminders_are_left_for_their_times(town: Town) -> None:
    async with town.tools.pool.transaction() as connection:
        ids = (fresh_id(), fresh_id())
        await notifications.put_reminders(
            connection, town.resident_id, await town.appointment(), STARTS, ids, NOON - timedelta(days=2)
        )
    assert await town.waiting() == [STARTS - timedelta(days=1), STARTS - timedelta(hours=2)]
