"""People are told once, in their language, at a decent hour, and of nothing that no longer holds."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from db import notifications, outbox
from db.outbox import Job
from domain.enums import CareScope
from domain.notifications import NotificationEvent
from domain.times import to_text
from outside.errors import Transient
from tests.workers.city import fresh_id
from tests.workers.clinic import HOSPITAL, Clinic, add_appointment, add_bill, add_clinic, add_resident, care_for
from tests.workers.conftest import Clock, RecordingSms
from workers.notifications import send_notification, tell
from workers.tools import Tools

EVENT = NotificationEvent
PHONE, OTHER_PHONE, THIRD_PHONE = "+8613800001111", "+8613800002222", "+8613800003333"
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 25, 6, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@dataclass
class Town:
    """What a test is about: a resident and a clinic, among others."""

    tools: Tools
    clinic: Clinic
    resident_id: UUID

    async def told(self, event: NotificationEvent, subject_id: UUID, resident_id: UUID | None = None, **values: str) -> Job:
        """A started job that tells it."""
        id, now = fresh_id(), self.tools.clock()
        async with self.tools.pool.transaction() as connection:
            await notifications.put(connection, event, resident_id or self.resident_id, subject_id, id, now, None, **values)
            job = await outbox.start(connection, id, now)
        assert job is not None
        return job

    async def appointment(self, status: str = "BOOKED", resident_id: UUID | None = None) -> UUID:
        async with self.tools.pool.transaction() as connection:
            return await add_appointment(connection, self.clinic, resident_id or self.resident_id, STARTS, status)

    async def resident(self, phone: str | None, language: str = "zh-CN") -> UUID:
        async with self.tools.pool.transaction() as connection:
            return await add_resident(connection, self.tools.sealer, NOON, phone, language)

    async def state(self, job: Job) -> str:
        async with self.tools.pool.connection() as connection:
            state: str = await connection.fetchval("select state from outbox where id = $1", job.id)
        return state

    async def waiting(self) -> list[datetime]:
        """When the jobs run that wait."""
        async with self.tools.pool.connection() as connection:
            rows = await connection.fetch("select run_at from outbox where state = 'waiting' order by run_at")
        return [row["run_at"] for row in rows]


@pytest.fixture
async def town(tools: Tools) -> Town:
    async with tools.pool.transaction() as connection:
        clinic = await add_clinic(connection, NOON)
        residents = [await add_resident(connection, tools.sealer, NOON, phone) for phone in (OTHER_PHONE, PHONE, OTHER_PHONE)]
        for resident_id in residents[::2]:
            await add_appointment(connection, clinic, resident_id, STARTS)
    return Town(tools, clinic, residents[1])


async def test_a_reminder_says_where_and_when(town: Town, sms: RecordingSms) -> None:
    job = await town.told(EVENT.APPOINTMENT_REMINDER_DAY, await town.appointment(), starts_at=to_text(STARTS))
    await send_notification(town.tools, job)
    text = f"【深圳市健康卡】您已预约{HOSPITAL}，就诊时间11月25日14:00。如不能前往，请及时取消。"
    assert [(phone, said) for phone, said, _, _ in sms.sent] == [(PHONE, text)]
    assert await town.state(job) == "done"


async def test_each_is_told_in_their_language(town: Town, sms: RecordingSms) -> None:
    resident_id = await town.resident(OTHER_PHONE, "en")
    appointment_id = await town.appointment(resident_id=resident_id)
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, appointment_id, resident_id))
    [(phone, text, _, _)] = sms.sent
    assert phone == OTHER_PHONE
    assert text.startswith(f"[Health e-card] A place has come free: you are booked at {HOSPITAL} on 2026-11-25 at 14:00.")


async def test_a_job_that_runs_twice_tells_once(town: Town, sms: RecordingSms) -> None:
    job = await town.told(EVENT.WAITLIST_BOOKED, await town.appointment())
    await send_notification(town.tools, job)
    await send_notification(town.tools, job)
    assert len(sms.sent) == 1


async def test_two_jobs_of_one_thing_tell_once(town: Town, sms: RecordingSms) -> None:
    appointment_id = await town.appointment()
    for _ in range(2):
        await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, appointment_id))
    assert len(sms.sent) == 1


async def test_who_is_killed_between_sending_and_the_end_sends_the_same_message_again(
    town: Town, sms: RecordingSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await town.told(EVENT.WAITLIST_BOOKED, await town.appointment())
    with monkeypatch.context() as patched:
        patched.setattr(notifications, "sent", _killed)
        with pytest.raises(KeyboardInterrupt):
            await send_notification(town.tools, job)
    assert await town.state(job) == "sent"
    await send_notification(town.tools, job)
    # By its reference the gateway knows that it is the same, and drops it.
    assert len(sms.sent) == 2
    assert sms.sent[0] == sms.sent[1]
    assert await town.state(job) == "done"


async def _killed(*_: object) -> None:
    raise KeyboardInterrupt


async def test_what_the_gateway_did_not_take_is_sent_the_next_time(town: Town, sms: RecordingSms) -> None:
    job = await town.told(EVENT.WAITLIST_BOOKED, await town.appointment())
    sms.failures.append(Transient("The answer was 503."))
    with pytest.raises(Transient):
        await send_notification(town.tools, job)
    await send_notification(town.tools, job)
    assert len(sms.sent) == 1


async def test_in_quiet_hours_it_waits_for_the_morning(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now = NIGHT
    async with town.tools.pool.transaction() as connection:
        bill_id = await add_bill(connection, town.clinic, town.resident_id, NIGHT)
    job = await town.told(EVENT.BILL_ISSUED, bill_id)
    for _ in range(2):
        await send_notification(town.tools, job)
    assert (sms.sent, await town.state(job), await town.waiting()) == ([], "done", [MORNING])
    clock.now = MORNING
    async with town.tools.pool.transaction() as connection:
        id = await connection.fetchval("select id from outbox where state = 'waiting'")
        again = await outbox.start(connection, id, MORNING)
    assert again is not None
    await send_notification(town.tools, again)
    assert [text for _, text, _, _ in sms.sent] == [f"【深圳市健康卡】{HOSPITAL}向您开出账单，自付12.50元，请在健康卡中支付。"]


async def test_whoever_would_set_out_for_nothing_is_told_at_night(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now = NIGHT
    async with town.tools.pool.transaction() as connection:
        early = await add_appointment(connection, town.clinic, town.resident_id, MORNING + timedelta(hours=1), "CANCELLED")
    await send_notification(town.tools, await town.told(EVENT.APPOINTMENT_CANCELLED_BY_INSTITUTION, early))
    assert len(sms.sent) == 1
    late = await town.appointment("CANCELLED")
    await send_notification(town.tools, await town.told(EVENT.APPOINTMENT_CANCELLED_BY_INSTITUTION, late))
    assert len(sms.sent) == 1


@pytest.mark.parametrize("status", ["CANCELLED", "CHECKED_IN", "NO_SHOW"])
async def test_nobody_is_reminded_of_what_is_no_longer_booked(town: Town, sms: RecordingSms, status: str) -> None:
    job = await town.told(EVENT.APPOINTMENT_REMINDER_HOURS, await town.appointment(status), starts_at=to_text(STARTS))
    await send_notification(town.tools, job)
    assert (sms.sent, await town.state(job)) == ([], "done")


async def test_a_moved_appointment_is_reminded_of_at_its_new_time_alone(town: Town, sms: RecordingSms) -> None:
    appointment_id = await town.appointment()
    event, before = EVENT.APPOINTMENT_REMINDER_DAY, to_text(STARTS - timedelta(days=3))
    await send_notification(town.tools, await town.told(event, appointment_id, starts_at=before))
    assert sms.sent == []
    await send_notification(town.tools, await town.told(event, appointment_id, starts_at=to_text(STARTS)))
    assert len(sms.sent) == 1


async def test_an_appointment_that_has_begun_needs_no_reminder(town: Town, clock: Clock, sms: RecordingSms) -> None:
    job = await town.told(EVENT.APPOINTMENT_REMINDER_HOURS, await town.appointment(), starts_at=to_text(STARTS))
    clock.now = STARTS
    await send_notification(town.tools, job)
    assert sms.sent == []


@pytest.mark.parametrize("status", ["PAID", "CANCELLED"])
async def test_nobody_is_asked_to_pay_what_is_paid(town: Town, sms: RecordingSms, status: str) -> None:
    async with town.tools.pool.transaction() as connection:
        bill_id = await add_bill(connection, town.clinic, town.resident_id, NOON, status)
    await send_notification(town.tools, await town.told(EVENT.BILL_ISSUED, bill_id))
    assert sms.sent == []


async def test_news_of_money_that_come_days_late_puzzle_nobody(town: Town, clock: Clock, sms: RecordingSms) -> None:
    async with town.tools.pool.transaction() as connection:
        bill_ids = [await add_bill(connection, town.clinic, town.resident_id, NOON) for _ in range(2)]
    for bill_id, later in zip(bill_ids, (timedelta(days=3, seconds=-1), timedelta(days=3)), strict=True):
        clock.now = NOON + later
        await send_notification(town.tools, await town.told(EVENT.BILL_ISSUED, bill_id))
    assert len(sms.sent) == 1


async def test_of_another_persons_thing_nobody_is_told(town: Town, sms: RecordingSms) -> None:
    other_id = await town.resident(OTHER_PHONE)
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, await town.appointment(), other_id))
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
        await send_notification(town.tools, job)
    [(phone, text, _, _)] = sms.sent
    assert phone == OTHER_PHONE
    assert text.startswith("[Health e-card] For *小明: A place has come free")


async def test_two_carers_are_told_each_and_once_when_the_second_message_fails(
    town: Town, sms: RecordingSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_id, carer_ids = await town.resident(None), [await town.resident(OTHER_PHONE), await town.resident(THIRD_PHONE)]
    async with town.tools.pool.transaction() as connection:
        for carer_id in carer_ids:
            await care_for(connection, child_id, carer_id, NOON, CareScope.APPOINTMENTS)
    job = await town.told(EVENT.WAITLIST_BOOKED, await town.appointment(resident_id=child_id), child_id)
    deliver = sms.send

    async def fail_for_the_second(phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        if phone == THIRD_PHONE:
            raise Transient("The answer was 503.")
        await deliver(phone, text, reference, verification_code)

    monkeypatch.setattr(sms, "send", fail_for_the_second)
    with pytest.raises(Transient):
        await send_notification(town.tools, job)
    monkeypatch.undo()
    await send_notification(town.tools, job)
    # Carers of one moment come in any order; what counts is that each is told once.
    assert sorted(phone for phone, _, _, _ in sms.sent) == [OTHER_PHONE, THIRD_PHONE]


async def test_who_is_locked_out_is_told_until_when(town: Town, clock: Clock, sms: RecordingSms) -> None:
    missed = await town.appointment("NO_SHOW")
    async with town.tools.pool.transaction() as connection:
        until = to_text(datetime(2026, 12, 24, 6, 30, tzinfo=UTC))
        await tell(connection, EVENT.BOOKING_LOCKED, town.resident_id, missed, NOON, os.urandom, until=until)
        id = await connection.fetchval("select id from outbox")
        job = await outbox.start(connection, id, NOON)
    assert job is not None
    await send_notification(town.tools, job)
    assert [text for _, text, _, _ in sms.sent] == ["【深圳市健康卡】您多次预约后未就诊，12月24日14:30前不能预约。"]


async def test_reminders_are_left_for_their_times(town: Town) -> None:
    async with town.tools.pool.transaction() as connection:
        ids = (fresh_id(), fresh_id())
        await notifications.put_reminders(
            connection, town.resident_id, await town.appointment(), STARTS, ids, NOON - timedelta(days=2)
        )
    assert await town.waiting() == [STARTS - timedelta(days=1), STARTS - timedelta(hours=2)]
