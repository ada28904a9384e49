"""Who is told of what, on which ways, and at which hours: as each of them has chosen."""

from dataclasses import dataclass, field, replace
from datetime import time
from uuid import UUID

import pytest

from domain.enums import CareScope, NotificationChannel
from domain.quiet_hours import Quiet
from outside.errors import Gone
from tests.workers import telling
from tests.workers.clinic import HOSPITAL
from tests.workers.conftest import Clock, RecordingSms
from tests.workers.town import EVENT, NIGHT, NOON, OTHER_PHONE, PHONE, THIRD_PHONE, Town, new_town
from workers.tools import Tools

IN_APP, SMS, WECHAT, PUSH = NotificationChannel
TOLD = "select resident_id from notification where subject_id = $1 and in_app"


@dataclass
class RecordingMessenger:
    """Keeps what it sends; nobody is there any more under a token that is gone."""

    sent: list[tuple[str, str, str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    async def send(self, token: str, title: str, text: str, reference: str) -> None:
        if token in self.gone:
            raise Gone("The answer was 410.")
        self.sent.append((token, title, text, reference))


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def push() -> RecordingMessenger:
    return RecordingMessenger()


@pytest.fixture
def wechat() -> RecordingMessenger:
    return RecordingMessenger()


@pytest.fixture
async def town(tools: Tools, push: RecordingMessenger, wechat: RecordingMessenger) -> Town:
    return await new_town(replace(tools, messengers={PUSH: push, WECHAT: wechat}))


async def listed(town: Town, subject_id: UUID) -> set[UUID]:
    """In whose list it stands."""
    return {row["resident_id"] for row in await town.rows(TOLD, subject_id)}


async def test_it_is_listed_in_both_languages_and_names_what_messages_must_not(town: Town, sms: RecordingSms) -> None:
    appointment_id = await town.appointment()
    await town.tell(EVENT.WAITLIST_BOOKED, appointment_id)
    [row] = await town.rows("select * from notification where subject_id = $1", appointment_id)
    assert (row["about_id"], row["subject_letter"], row["in_app"], row["read_at"]) == (town.resident_id, "B", True, None)
    assert (row["title_zh"], row["title_en"]) == ("候补成功", "A place has come free")
    assert "皮肤科许慧" in row["body_zh"]
    assert f"{HOSPITAL} (皮肤科, 许慧)" in row["body_en"]
    assert "皮肤科" not in sms.sent[0][1]


async def test_each_device_of_a_session_that_stands_is_told(
    town: Town, sms: RecordingSms, push: RecordingMessenger, wechat: RecordingMessenger
) -> None:
    for channel, token in ((PUSH, "one"), (PUSH, "two"), (WECHAT, "openid"), (PUSH, "signed out"), (PUSH, "gone")):
        id = await town.device(town.resident_id, channel, token)
        if token == "signed out":
            await town.rows(
                "update session set ended_at = $2 from device d where d.id = $1 and session.id = d.session_id", id, NOON
            )
        if token == "gone":
            await town.rows("update device set gone_at = $2 where id = $1", id, NOON)
    await town.tell(EVENT.BILL_ISSUED, await town.bill())
    assert sorted((token, title, text) for token, title, text, _ in push.sent) == [
        ("one", "有新账单", f"自付12.50元，{HOSPITAL}"),
        ("two", "有新账单", f"自付12.50元，{HOSPITAL}"),
    ]
    assert [token for token, *_ in wechat.sent] == ["openid"]
    references = [reference for *_, reference in push.sent + wechat.sent] + [reference for _, _, reference, _ in sms.sent]
    assert len(set(references)) == 4


async def test_who_signs_out_before_the_morning_is_not_told_there(
    town: Town, clock: Clock, push: RecordingMessenger, sms: RecordingSms
) -> None:
    clock.now = NIGHT
    await town.device(town.resident_id, PUSH)
    await town.tell(EVENT.BILL_ISSUED, await town.bill())
    await town.rows("update session set ended_at = $2 where resident_id = $1", town.resident_id, NIGHT)
    clock.now = (await town.waiting())[0]
    await telling.deliver(town.tools)
    assert (push.sent, len(sms.sent)) == ([], 1)


async def test_a_device_that_is_gone_is_forgotten(town: Town, push: RecordingMessenger) -> None:
    push.gone.add("old")
    id = await town.device(town.resident_id, PUSH, "old")
    await town.tell(EVENT.BILL_ISSUED, await town.bill())
    [row] = await town.rows("select gone_at from device where id = $1", id)
    assert row["gone_at"] == NOON
    [row] = await town.rows("select state, failure from notification_delivery where target = $1", id)
    assert (row["state"], row["failure"]) == ("FAILED", "The answer was 410.")


@pytest.mark.parametrize("channels", [{IN_APP}, {SMS}, {PUSH, WECHAT}, set()])
async def test_only_the_chosen_ways(
    town: Town, sms: RecordingSms, push: RecordingMessenger, wechat: RecordingMessenger, channels: set[str]
) -> None:
    for channel in (PUSH, WECHAT):
        await town.device(town.resident_id, channel)
    await town.prefers(town.resident_id, channels)
    bill_id = await town.bill()
    await town.tell(EVENT.BILL_ISSUED, bill_id)
    used = {IN_APP: await listed(town, bill_id), SMS: sms.sent, PUSH: push.sent, WECHAT: wechat.sent}
    assert {channel for channel, found in used.items() if found} == channels


async def test_quiet_hours_are_each_ones_own(town: Town, clock: Clock, sms: RecordingSms) -> None:
    clock.now = NIGHT
    await town.prefers(town.resident_id, NotificationChannel, None)
    await town.tell(EVENT.BILL_ISSUED, await town.bill())
    assert len(sms.sent) == 1
    clock.now = NOON
    await town.prefers(town.resident_id, NotificationChannel, Quiet(time(11, 30), time(13)))
    await town.tell(EVENT.BILL_ISSUED, await town.bill())
    assert len(sms.sent) == 1
    assert [at.hour for at in await town.waiting()] == [5]


async def test_who_has_a_session_and_no_phone_is_told_there_and_the_carers_are_not(town: Town, push: RecordingMessenger) -> None:
    child_id = await town.resident(None)
    await town.device(child_id, PUSH)
    await town.carer(child_id, OTHER_PHONE, CareScope.BILLS)
    bill_id = await town.bill(resident_id=child_id)
    await town.tell(EVENT.BILL_ISSUED, bill_id, child_id)
    assert (await listed(town, bill_id), len(push.sent)) == ({child_id}, 1)


async def test_carers_are_told_by_the_scope_that_it_takes(town: Town, sms: RecordingSms) -> None:
    child_id = await town.resident(None)
    paying, both = [await town.carer(child_id, phone, CareScope.BILLS) for phone in (OTHER_PHONE, None)]
    await town.carer(child_id, THIRD_PHONE, CareScope.APPOINTMENTS, CareScope.RECORDS)
    bill_id = await town.bill(resident_id=child_id)
    await town.tell(EVENT.BILL_ISSUED, bill_id, child_id)
    # Who has no phone reads it in the app.
    assert (await listed(town, bill_id), [phone for phone, *_ in sms.sent]) == ({paying, both}, [OTHER_PHONE])


async def test_others_are_told_whom_the_change_names(town: Town, sms: RecordingSms) -> None:
    uncle_id = await town.resident(OTHER_PHONE, "en")
    bill_id = await town.bill()
    await town.tell(EVENT.BILL_ISSUED, bill_id, None, (uncle_id,))
    assert await listed(town, bill_id) == {town.resident_id, uncle_id}
    texts = {phone: text for phone, text, *_ in sms.sent}
    assert texts[OTHER_PHONE].startswith("[Health e-card] For *小明: ")
    assert texts[PHONE].startswith(f"【深圳市健康卡】{HOSPITAL}")


async def test_a_carer_whose_time_is_over_is_not_told(town: Town, sms: RecordingSms) -> None:
    child_id = await town.resident(None)
    await town.carer(child_id, OTHER_PHONE, CareScope.BILLS)
    await town.rows("update carer set expires_at = $2 where resident_id = $1", child_id, NOON)
    bill_id = await town.bill(resident_id=child_id)
    await town.tell(EVENT.BILL_ISSUED, bill_id, child_id)
    assert (await listed(town, bill_id), sms.sent) == (set(), [])


async def test_an_occasion_tells_apart_what_is_told_twice(town: Town, sms: RecordingSms) -> None:
    bill_id = await town.bill()
    for occasion in ("1", "1", "2"):
        await town.tell(EVENT.BILL_ISSUED, bill_id, occasion=occasion)
    assert len(sms.sent) == 2
