"""What people are told reaches them once on each way, at a decent hour, and only while it is true."""

from datetime import timedelta

import pytest

from db import notifications
from domain.enums import CareScope
from outside.errors import Permanent, Transient
from tests.workers import telling
from tests.workers.clinic import HOSPITAL, add_appointment, care_for
from tests.workers.conftest import Clock, RecordingSms
from tests.workers.town import EVENT, MORNING, NIGHT, NOON, OTHER_PHONE, THIRD_PHONE, Town, new_town
from workers.deliveries import deliver_notification, delivery_failed
from workers.notifications import send_notification
from workers.tools import Tools

STATES = "select channel, state from notification_delivery where resident_id = $1 order by channel"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
async def town(tools: Tools) -> Town:
    return await new_town(tools)


async def states(town: Town) -> list[tuple[str, str]]:
    return [(row["channel"], row["state"]) for row in await town.rows(STATES, town.resident_id)]


async def test_who_is_killed_between_sending_and_the_end_sends_the_same_message_again(
    town: Town, sms: RecordingSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, await town.appointment()))
    [job] = await telling.due(town.tools)
    with monkeypatch.context() as patched:
        patched.setattr(notifications, "end", _killed)
        with pytest.raises(KeyboardInterrupt):
            await deliver_notification(town.tools, job)
    assert (await states(town), await town.state(job)) == ([("SMS", "PENDING")], "sent")
    await deliver_notification(town.tools, job)
    # By its reference the gateway knows that it is the same, and drops it.
    assert len(sms.sent) == 2
    assert sms.sent[0] == sms.sent[1]
    assert (await states(town), await town.state(job)) == ([("SMS", "SENT")], "done")


async def _killed(*_: object) -> None:
    raise KeyboardInterrupt


async def test_what_was_delivered_is_not_sent_again(town: Town, sms: RecordingSms) -> None:
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, await town.appointment()))
    [job] = await telling.due(town.tools)
    for _ in range(2):
        await deliver_notification(town.tools, job)
    assert len(sms.sent) == 1


async def test_what_the_gateway_did_not_take_is_sent_the_next_time(town: Town, sms: RecordingSms) -> None:
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, await town.appointment()))
    [job] = await telling.due(town.tools)
    sms.failures.append(Transient("The answer was 503."))
    with pytest.raises(Transient):
        await deliver_notification(town.tools, job)
    await deliver_notification(town.tools, job)
    assert len(sms.sent) == 1


async def test_what_the_gateway_refuses_for_good_has_failed(town: Town, sms: RecordingSms) -> None:
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, await town.appointment()))
    [job] = await telling.due(town.tools)
    sms.failures.append(Permanent("The answer was 400."))
    with pytest.raises(Permanent):
        await deliver_notification(town.tools, job)
    async with town.tools.pool.transaction() as connection:
        await delivery_failed(connection, job)
    assert await states(town) == [("SMS", "FAILED")]


async def test_two_carers_are_told_each_when_the_second_message_fails(
    town: Town, sms: RecordingSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    child_id, carer_ids = await town.resident(None), [await town.resident(OTHER_PHONE), await town.resident(THIRD_PHONE)]
    async with town.tools.pool.transaction() as connection:
        for carer_id in carer_ids:
            await care_for(connection, child_id, carer_id, NOON, CareScope.APPOINTMENTS)
    appointment_id = await town.appointment(resident_id=child_id)
    await send_notification(town.tools, await town.told(EVENT.WAITLIST_BOOKED, appointment_id, child_id))
    deliver = sms.send
    failed: list[str] = []

    async def fail_for_one(phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        if phone == THIRD_PHONE and not failed:
            failed.append(phone)
            raise Transient("The answer was 503.")
        await deliver(phone, text, reference, verification_code)

    monkeypatch.setattr(sms, "send", fail_for_one)
    for job in await telling.due(town.tools):
        try:
            await deliver_notification(town.tools, job)
        except Transient:
            await deliver_notification(town.tools, job)
    assert failed == [THIRD_PHONE]
    assert sorted(phone for phone, _, _, _ in sms.sent) == [OTHER_PHONE, THIRD_PHONE]


async def test_in_quiet_hours_it_waits_for_the_morning(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now = NIGHT
    job = await town.told(EVENT.BILL_ISSUED, await town.bill())
    for _ in range(2):
        await telling.tell(town.tools, job)
    assert (sms.sent, await town.state(job), await town.waiting()) == ([], "done", [MORNING])
    clock.now = MORNING
    await telling.deliver(town.tools)
    assert [text for _, text, _, _ in sms.sent] == [f"【深圳市健康卡】{HOSPITAL}向您开出账单，自付12.50元，请在健康卡中支付。"]


async def test_what_comes_too_late_for_the_evening_waits_for_the_morning(town: Town, clock: Clock, sms: RecordingSms) -> None:
    await send_notification(town.tools, await town.told(EVENT.BILL_ISSUED, await town.bill()))
    clock.now = NIGHT
    [job] = await telling.due(town.tools)
    await deliver_notification(town.tools, job)
    assert (sms.sent, await town.state(job), await town.waiting()) == ([], "done", [MORNING])
    clock.now = MORNING
    await telling.deliver(town.tools)
    assert len(sms.sent) == 1


async def test_what_was_true_in_the_evening_is_looked_at_again(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now = NIGHT
    bill_id = await town.bill()
    await town.tell(EVENT.BILL_ISSUED, bill_id)
    await town.rows("update bill set status = 'PAID' where id = $1", bill_id)
    clock.now = MORNING
    await telling.deliver(town.tools)
    assert (sms.sent, await states(town)) == ([], [("SMS", "DROPPED")])


@pytest.mark.parametrize("scopes", [None, [CareScope.CARD]])
async def test_who_cares_no_longer_in_the_morning_is_not_told_what_the_night_held_back(
    town: Town, clock: Clock, sms: RecordingSms, scopes: list[str] | None
) -> None:
    """Neither who was removed, nor who has the scope no longer; the other one is told."""
    clock.now, child_id = NIGHT, await town.resident(None)
    carer_id = await town.carer(child_id, OTHER_PHONE, CareScope.BILLS)
    await town.carer(child_id, THIRD_PHONE, CareScope.BILLS)
    await town.tell(EVENT.BILL_ISSUED, await town.bill(resident_id=child_id), child_id)
    if scopes is None:
        await town.rows("delete from carer where carer_id = $1", carer_id)
    else:
        await town.rows("update carer set scopes = $2 where carer_id = $1", carer_id, scopes)
    clock.now = MORNING
    await telling.deliver(town.tools)
    assert [phone for phone, _, _, _ in sms.sent] == [THIRD_PHONE]
    [row] = await town.rows(STATES, carer_id)
    assert row["state"] == "DROPPED"


async def test_who_is_named_is_told_in_the_morning_though_they_care_no_longer(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now, child_id = NIGHT, await town.resident(None)
    carer_id, removed_id = await town.resident(OTHER_PHONE), await town.resident(None)
    insert = (
        "insert into audit (subject_id, id, at, actor_kind, action, object_id) values ($1, $2, $3, 'RESIDENT', 'carer.removed', $4)"
    )
    await town.rows(insert, child_id, carer_id, NIGHT, removed_id)
    await town.tell(EVENT.CARER_REMOVED, removed_id, child_id, also=[carer_id])
    clock.now = MORNING
    await telling.deliver(town.tools)
    assert [phone for phone, _, _, _ in sms.sent] == [OTHER_PHONE]


async def test_whoever_would_set_out_for_nothing_is_told_at_night(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now = NIGHT
    async with town.tools.pool.transaction() as connection:
        early = await add_appointment(connection, town.clinic, town.resident_id, MORNING + timedelta(hours=1), "CANCELLED")
    await town.tell(EVENT.APPOINTMENT_CANCELLED_BY_INSTITUTION, early)
    assert len(sms.sent) == 1
    late = await town.appointment("CANCELLED")
    await town.tell(EVENT.APPOINTMENT_CANCELLED_BY_INSTITUTION, late)
    assert len(sms.sent) == 1
