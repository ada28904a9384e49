"""What time does to agreements: teams are reminded, then their institutions and the operator; what nobody decides, and what is
over, ends. Each once, however many workers come by."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from db import outbox
from db.agreements_due import Due
from db.outbox import JobKind
from db.pool import Pool
from domain.ids import Key
from tests.resolvers.pharmacy import paying_world
from tests.resolvers.practice import Practice, open_practice
from tests.workers import telling
from tests.workers.city import fresh_id
from tests.workers.conftest import Clock, RecordingSms
from workers.agreements import ACTS, watch_agreements
from workers.tools import Tools

CENTRE, OPERATOR, TEAM = "centre@example.org", "operator@example.org", "team@example.org"


@dataclass
class Watch:
    """A practice, and the worker that comes by."""

    practice: Practice
    tools: Tools
    clock: Clock

    async def turn(self, **later: float) -> None:
        """Time passes, and the worker has its turn."""
        self.practice.world.later(**later)
        self.clock.now = self.practice.world.now
        id = fresh_id()
        async with self.tools.pool.transaction() as connection:
            await outbox.put(connection, JobKind.WATCH_AGREEMENTS, {}, id, self.clock())
            job = await outbox.start(connection, id, self.clock())
        assert job is not None
        await watch_agreements(self.tools, job)
        assert await self.practice.world.value("select state from outbox where id = $1", id) == "done"

    async def mails(self, key: Key) -> list[tuple[str, str]]:
        """(event, recipient) of what is written about it, in any order; each is a job of its own."""
        sql = (
            "select m.event, m.recipient, count(o.id) as jobs from mail m left join outbox o on o.id = m.id and o.job = 'send_mail'"
            " where m.subject_id = $1 group by m.id"
        )
        rows = await self.practice.world.rows(sql, key.id)
        assert all(row["jobs"] == 1 for row in rows)
        return sorted((row["event"], row["recipient"]) for row in rows)

    async def tell(self, key: Key) -> None:
        """Sends what is to be told of it."""
        self.clock.now = self.practice.world.now
        sql = "select id from outbox where args->>'subject_id' = $1 and job = 'send_notification' and state = 'waiting' order by id"
        for row in await self.practice.world.rows(sql, str(key.id)):
            async with self.tools.pool.transaction() as connection:
                job = await outbox.start(connection, row["id"], self.clock())
            assert job is not None
            await telling.tell(self.tools, job)

    async def row(self, key: Key) -> Mapping[str, Any]:
        return await self.practice.row(key)


@pytest.fixture
async def watch(pool: Pool, tools: Tools, clock: Clock) -> Watch:
    """With an address of the centre; what other tests left has ended."""
    async with pool.connection() as connection:
        await connection.execute("update family_doctor_agreement set status = 'ENDED' where status in ('REQUESTED', 'ACTIVE')")
        await connection.execute("update family_doctor_team set taken = 0")
    practice = await open_practice(await paying_world(pool))
    sql = "update institution set email = $2 where id = $1"
    await practice.world.rows(sql, practice.centre.institution_id, CENTRE)
    return Watch(practice, replace(tools, operator_email=OPERATOR, sealer=practice.world.tools.sealer), clock)


async def test_a_team_is_reminded_two_days_after_the_request(watch: Watch) -> None:
    key = await watch.practice.ask()
    await watch.turn(hours=48, seconds=-1)
    assert await watch.mails(key) == []
    await watch.turn(seconds=1)
    for _ in range(2):
        assert await watch.mails(key) == [("AGREEMENT_DUE", CENTRE)]
        await watch.turn(hours=1)
    assert (await watch.practice.told(key.id), (await watch.row(key))["status"]) == ([], "REQUESTED")


async def test_a_team_with_an_address_is_reminded_there(watch: Watch) -> None:
    await watch.practice.publish(email=TEAM)
    key = await watch.practice.ask()
    await watch.turn(hours=50)
    assert await watch.mails(key) == [("AGREEMENT_DUE", TEAM)]


async def test_what_is_late_is_told_the_institution_the_operator_and_the_resident(watch: Watch) -> None:
    await watch.practice.publish(email=TEAM)
    key = await watch.practice.ask()
    await watch.turn(hours=49)
    await watch.turn(hours=23, seconds=-1)
    assert await watch.practice.told(key.id) == []
    await watch.turn(seconds=1)
    await asyncio.gather(watch.turn(minutes=1), watch.turn(minutes=1))
    overdue = [("AGREEMENT_OVERDUE", CENTRE), ("AGREEMENT_OVERDUE", OPERATOR)]
    assert await watch.mails(key) == [("AGREEMENT_DUE", TEAM), *overdue]
    assert await watch.practice.told(key.id) == ["AGREEMENT_LATE"]
    await watch.practice.decide(key)  # which it still can
    assert (await watch.row(key))["status"] == "ACTIVE"


async def test_who_is_told_that_it_is_late_is_not_reminded_that_it_soon_will_be(watch: Watch) -> None:
    key = await watch.practice.ask()
    await watch.turn(hours=73)
    assert await watch.mails(key) == [("AGREEMENT_OVERDUE", CENTRE), ("AGREEMENT_OVERDUE", OPERATOR)]


async def test_without_addresses_nobody_is_written_to(watch: Watch) -> None:
    sql = "update institution set email = null where id = $1"
    await watch.practice.world.rows(sql, watch.practice.centre.institution_id)
    watch.tools = replace(watch.tools, operator_email=None)
    key = await watch.practice.ask()
    await watch.turn(hours=50)
    await watch.turn(hours=50)
    assert (await watch.mails(key), await watch.practice.told(key.id)) == ([], ["AGREEMENT_LATE"])


async def test_what_nobody_decides_is_given_up_and_its_place_comes_back(watch: Watch) -> None:
    key, before = await watch.practice.ask(), await watch.practice.taken()
    await watch.turn(days=10, seconds=-1)
    assert (await watch.row(key))["status"] == "REQUESTED"
    watch.practice.world.later(seconds=1)
    await asyncio.gather(watch.turn(), watch.turn())
    row = await watch.row(key)
    assert (row["status"], row["ended_at"], row["ended_by"], row["ends_on"]) == ("EXPIRED", watch.clock(), "PLATFORM", None)
    assert await watch.practice.taken() == before - 2  # with the one who had asked before
    assert await watch.practice.told(key.id) == ["AGREEMENT_LATE", "AGREEMENT_EXPIRED"]
    assert await watch.practice.done() == ["agreement.requested", "agreement.expired"]
    assert await watch.practice.ask() != key


async def test_what_was_decided_is_left_alone(watch: Watch) -> None:
    key = await watch.practice.signed()
    await watch.turn(hours=80)
    await watch.turn(days=20)
    assert ((await watch.row(key))["status"], await watch.mails(key)) == ("ACTIVE", [])
    assert await watch.practice.told(key.id) == ["AGREEMENT_ACCEPTED"]


async def test_an_end_is_told_a_month_before_and_comes_after_the_last_day(watch: Watch) -> None:
    key, before = await watch.practice.signed(), await watch.practice.taken()
    bill_id = (await watch.row(key))["bill_id"]
    await watch.turn(days=333)
    assert await watch.practice.told(key.id) == ["AGREEMENT_ACCEPTED"]
    for _ in range(2):
        await watch.turn(days=1)
        assert await watch.practice.told(key.id) == ["AGREEMENT_ACCEPTED", "AGREEMENT_ENDING"]
    await watch.turn(days=29)  # the last day
    row = await watch.row(key)
    assert (row["status"], row["ends_on"].isoformat()) == ("ACTIVE", "2027-11-22")
    watch.practice.world.later(days=1)
    await asyncio.gather(watch.turn(), watch.turn())
    ended = await watch.row(key)
    assert (ended["status"], ended["ended_by"], ended["ends_on"]) == ("EXPIRED", "PLATFORM", row["ends_on"])
    assert await watch.practice.taken() == before - 3  # of the two others one had been given up before
    assert ((await watch.practice.bill(bill_id))["status"], (await watch.practice.done())[-1]) == ("UNPAID", "agreement.expired")
    assert await watch.practice.told(key.id) == ["AGREEMENT_ACCEPTED", "AGREEMENT_ENDING"]


async def test_what_was_renewed_runs_on_and_its_end_is_told_anew(watch: Watch) -> None:
    key = await watch.practice.signed()
    await watch.turn(days=340)
    await watch.practice.renew(key)
    await watch.turn(days=60)
    assert ((await watch.row(key))["status"], await watch.practice.told(key.id)) == (
        "ACTIVE",
        ["AGREEMENT_ACCEPTED", "AGREEMENT_ENDING"],
    )
    await watch.turn(days=310)
    sql = "select args->>'occasion' as occasion from outbox where args->>'event' = 'AGREEMENT_ENDING' and args->>'subject_id' = $1"
    occasions = {row["occasion"] for row in await watch.practice.world.rows(sql, str(key.id))}
    assert (len(occasions), None in occasions) == (2, False)


async def test_more_than_a_page_is_done_in_one_turn(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.agreements_due.PAGE", 2)
    keys = [await watch.practice.ask(by=await watch.practice.world.resident()) for _ in range(5)]
    await watch.turn(hours=50)
    assert [await watch.mails(key) for key in keys] == [[("AGREEMENT_DUE", CENTRE)]] * 5
    await watch.turn(days=9)
    assert [(await watch.row(key))["status"] for key in keys] == ["EXPIRED"] * 5


async def test_what_was_renewed_or_decided_meanwhile_is_not_ended(watch: Watch) -> None:
    """A page names what was due when it was read; the worker looks again under the lock."""
    key = await watch.practice.signed()
    other = await watch.practice.signed(by=await watch.practice.world.resident())
    watch.practice.world.later(days=364)
    await watch.practice.renew(key)
    watch.practice.world.later(days=1)
    watch.clock.now = watch.practice.world.now
    for act in (Due.END, Due.GIVING_UP):
        for each in (key, other):
            assert each.resident_id is not None
            await ACTS[act](watch.tools, each.resident_id, each.id)
    assert [(await watch.row(each))["status"] for each in (key, other)] == ["ACTIVE", "EXPIRED"]


async def test_people_are_told_how_it_goes_and_nothing_of_what_for(watch: Watch, sms: RecordingSms) -> None:
    key = await watch.practice.ask()
    await watch.turn(days=4)
    await watch.tell(key)
    await watch.practice.decide(key)
    await watch.tell(key)
    await watch.practice.serve(key)
    await watch.practice.serve(key)
    await watch.tell(key)
    await watch.turn(days=340)
    await watch.tell(key)
    await watch.practice.end(key, by=watch.practice.centre, reason="医生调离")
    await watch.tell(key)
    place = "【深圳市健康卡】市第九人民医院"
    assert [text for _, text, _, _ in sms.sent] == [
        f"{place}尚未答复您的签约申请，我们已催办。",
        f"{place}已接受您的签约申请，服务自11月27日起，为期一年。",
        f"{place}登记了一次签约服务，如与实际不符，请与该机构联系。",
        f"{place}登记了一次签约服务，如与实际不符，请与该机构联系。",
        "【深圳市健康卡】您与市第九人民医院的签约将于11月26日到期，可在健康卡中续约。",
        "【深圳市健康卡】您与市第九人民医院的签约已终止，理由见健康卡。",
    ]
    listed = "select body_zh, body_en from notification where resident_id = $1 and subject_id = $2 and event = 'AGREEMENT_ACCEPTED'"
    (words,) = await watch.practice.world.rows(listed, key.resident_id, key.id)
    assert tuple(words.values()) == (
        "市第九人民医院李慧团队已接受您的家庭医生签约申请，服务自11月27日起，为期一年。",
        "市第九人民医院, 李慧团队, has accepted you: it is your family doctor from 2026-11-27, for a year.",
    )


async def test_news_that_no_longer_hold_are_not_told(watch: Watch, sms: RecordingSms) -> None:
    key = await watch.practice.ask()
    await watch.turn(days=4)
    await watch.practice.decide(key, accept=False)
    await watch.tell(key)
    place = "【深圳市健康卡】很抱歉，市第九人民医院"
    assert [text for _, text, _, _ in sms.sent] == [f"{place}未能接受您的签约申请，您可另选团队。"]
