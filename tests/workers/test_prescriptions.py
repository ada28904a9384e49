"""What was not collected in time expires once, is paid back unless something was handed out, and is told."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from db import outbox
from db.outbox import JobKind
from db.pool import Pool
from domain.ids import Key
from tests.resolvers.pharmacy import TOTAL, Pharmacy, open_pharmacy, paying_world
from tests.workers import telling
from tests.workers.city import fresh_id
from tests.workers.conftest import Clock, RecordingSms
from workers.prescriptions import expire_prescriptions
from workers.tools import Tools


@dataclass
class Counter:
    """A pharmacy, and the worker that comes by."""

    pharmacy: Pharmacy
    tools: Tools
    clock: Clock

    async def expire(self) -> None:
        """The worker's turn, now by the world's clock."""
        self.clock.now = self.pharmacy.world.now
        id = fresh_id()
        async with self.tools.pool.transaction() as connection:
            await outbox.put(connection, JobKind.EXPIRE_PRESCRIPTIONS, {}, id, self.clock())
            job = await outbox.start(connection, id, self.clock())
        assert job is not None
        await expire_prescriptions(self.tools, job)
        assert await self.pharmacy.world.value("select state from outbox where id = $1", id) == "done"

    async def status(self, key: Key) -> str:
        return str((await self.pharmacy.row(key))["status"])

    async def tell(self, id: UUID) -> None:
        """Sends what is to be told of the thing."""
        sql = "select id from outbox where args->>'subject_id' = $1 and job = 'send_notification' and state = 'waiting' order by id"
        for row in await self.pharmacy.world.rows(sql, str(id)):
            async with self.tools.pool.transaction() as connection:
                job = await outbox.start(connection, row["id"], self.clock())
            assert job is not None
            await telling.tell(self.tools, job)


@pytest.fixture
async def counter(pool: Pool, tools: Tools, clock: Clock) -> Counter:
    pharmacy = await open_pharmacy(await paying_world(pool))
    async with pool.connection() as connection:
        # What other tests left in the shared database is none of this one's.
        await connection.execute(
            "update prescription set status = 'CANCELLED' where resident_id <> $1", pharmacy.resident.resident_id
        )
    return Counter(pharmacy, replace(tools, sealer=pharmacy.world.tools.sealer), clock)


async def test_it_expires_at_its_time_and_the_bill_with_it(counter: Counter) -> None:
    unpaid, paying, paid, ready = [
        await make() for make in (counter.pharmacy.issue, counter.pharmacy.issue, counter.pharmacy.paid, counter.pharmacy.waiting)
    ]
    payment = await counter.pharmacy.start_paying(paying)
    first = (await counter.pharmacy.row(unpaid))["expires_at"]
    counter.pharmacy.world.now = first - timedelta(microseconds=1)
    await counter.expire()
    assert await counter.status(unpaid) == "ISSUED"
    counter.pharmacy.world.now = first
    await counter.expire()
    assert [await counter.status(key) for key in (unpaid, paying, paid, ready)] == ["EXPIRED", "ISSUED", "ISSUED", "READY"]
    counter.pharmacy.world.later(days=1)
    await asyncio.gather(counter.expire(), counter.expire())
    assert [await counter.status(key) for key in (unpaid, paying, paid, ready)] == ["EXPIRED"] * 4
    assert [(await counter.pharmacy.bill(key))["status"] for key in (unpaid, paying)] == ["CANCELLED", "CANCELLED"]
    assert await counter.pharmacy.world.value("select status from payment where id = $1", payment.id) == "CANCELLED"
    for key in (paid, ready):
        refunds = "select amount, requested_by from refund where bill_id = $1"
        (refund,) = await counter.pharmacy.world.rows(refunds, (await counter.pharmacy.row(key))["bill_id"])
        assert tuple(refund.values()) == (TOTAL - 1_500, "PLATFORM")
    assert await counter.pharmacy.done("prescription.expired") == 5  # with the one from elsewhere
    assert await counter.pharmacy.told(unpaid.id) == ["PRESCRIPTION_EXPIRED"]


async def test_what_was_handed_out_in_part_stays_paid(counter: Counter) -> None:
    key = await counter.pharmacy.waiting()
    await counter.pharmacy.dispense(key, await counter.pharmacy.collecting(), (0, "1"))
    counter.pharmacy.world.later(days=3)
    await counter.expire()
    row = await counter.pharmacy.row(key)
    assert (row["status"], row["ended_at"], (await counter.pharmacy.bill(key))["status"]) == ("EXPIRED", counter.clock(), "PAID")


async def test_what_was_collected_or_taken_back_does_not_expire(counter: Counter) -> None:
    collected, cancelled = await counter.pharmacy.waiting(), await counter.pharmacy.issue()
    await counter.pharmacy.dispense(collected, await counter.pharmacy.collecting())
    await counter.pharmacy.cancel(cancelled)
    counter.pharmacy.world.later(days=9)
    await counter.expire()
    assert [await counter.status(key) for key in (collected, cancelled)] == ["DISPENSED", "CANCELLED"]


async def test_more_than_a_page_expires_in_one_turn(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.prescriptions.PAGE", 2)
    keys = [await counter.pharmacy.issue() for _ in range(5)]
    counter.pharmacy.world.later(days=4)
    await counter.expire()
    assert [await counter.status(key) for key in keys] == ["EXPIRED"] * 5


async def test_people_are_told_without_a_word_of_the_medicine(counter: Counter, sms: RecordingSms) -> None:
    key = await counter.pharmacy.waiting()
    counter.clock.now = counter.pharmacy.world.now
    await counter.tell(key.id)
    code = await counter.pharmacy.delegate(key)
    await counter.pharmacy.dispense(key, await counter.pharmacy.collecting(code["text"]), (0, "1"))
    counter.clock.now = counter.pharmacy.world.now
    await counter.tell(key.id)
    counter.pharmacy.world.later(days=3)
    await counter.expire()
    await counter.tell(key.id)
    place = "【深圳市健康卡】"
    assert [text for _, text, _, _ in sms.sent] == [
        f"{place}您的药品已备好，请于11月26日09:30前到市第九人民医院领取，并带好健康卡。",
        f"{place}您委托的代取人已在市第九人民医院领取药品。",
        f"{place}您在市第九人民医院的一张处方已过期，未领取过药品的，已付药费将原路退回。",
    ]


async def test_nobody_is_sent_for_what_is_there_no_longer(counter: Counter, sms: RecordingSms) -> None:
    key = await counter.pharmacy.waiting()
    await counter.pharmacy.cancel(key)
    counter.clock.now = counter.pharmacy.world.now
    await counter.tell(key.id)
    assert [text for _, text, _, _ in sms.sent] == ["【深圳市健康卡】市第九人民医院取消了您的一张处方，已付的药费将原路退回。"]
