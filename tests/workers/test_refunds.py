import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db import outbox
from db.outbox import Job, JobKind
from domain.enums import RefundStatus
from domain.refunds import PATIENCE, pause_before
from domain.refusals import NotFound, RefundExceedsPayment, Refusal, WrongState
from outside.errors import Permanent
from outside.payments import RefundState, State
from tests.support.money import Place, add_institution
from tests.support.till import Till
from tests.workers.conftest import Clock
from tests.workers.office import Office
from workers.jobs import JOBS
from workers.run import Runner
from workers.tools import Tools

# `make proof` sets a thousand.
REFUNDS = int(os.environ.get("PROOF_REFUNDS", "40"))


@pytest.fixture
async def office(tools: Tools, clock: Clock) -> Office:
    """With another payment of another resident beside each, which stays as it is."""
    async with tools.pool.transaction() as connection:
        place = Place(await add_institution(connection, clock()))
    return Office(tools, clock, Till(at=clock()), place)


async def test_refund_is_reserved_then_paid_back_and_then_counted(office: Office) -> None:
    paid, other = await office.paid(500, 300), await office.paid(500)
    id = await office.request(paid, 200)
    assert await office.state(paid) == (200, 0, 200, 0, "PAID")
    assert office.till.refunds == {}
    await office.work_off()
    assert [(r.number, r.amount) for r in office.till.refunds.values()] == [(id.hex, 200)]
    row = await office.refund(paid, id)
    assert (row["status"], row["succeeded_at"], row["provider_reference"]) == ("SUCCEEDED", office.till.at, f"R-{id.hex}")
    assert await office.state(paid) == (200, 200, 200, 200, "PARTLY_REFUNDED")
    assert await office.state(paid, 1) == (200, 200, 0, 0, "PAID")
    assert await office.state(other) == (0, 0, 0, 0, "PAID")
    await office.check_ledger(paid)


async def test_all_that_is_left_goes_back_and_then_nothing_is(office: Office) -> None:
    paid = await office.paid(500, 300)
    await office.request(paid, 200)
    whole = await office.request(paid, None)
    assert (await office.refund(paid, whole))["amount"] == 300
    with pytest.raises(RefundExceedsPayment):
        await office.request(paid, None)
    await office.work_off()
    assert await office.state(paid) == (500, 500, 500, 500, "REFUNDED")
    await office.check_ledger(paid)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ("update payment set status = 'PENDING' where resident_id = $1", WrongState),
        ("update payment_bill set amount = 100 where resident_id = $1", RefundExceedsPayment),
        ("update payment set amount = 100 where resident_id = $1", RefundExceedsPayment),
        ("delete from payment_bill where resident_id = $1", NotFound),
    ],
)
async def test_only_what_was_paid_for_the_bill_goes_back(office: Office, change: str, refusal: type[Refusal]) -> None:
    paid = await office.paid(500)
    async with office.tools.pool.transaction() as connection:
        await connection.execute(change, paid.resident_id)
    with pytest.raises(refusal):
        await office.request(paid, 200)
    assert await office.value("select count(*) from refund where resident_id = $1", paid.resident_id) == 0
    assert await office.value("select count(*) from outbox") == 0


async def test_parallel_refunds_of_one_payment_never_come_to_more_than_it(office: Office) -> None:
    paid = await office.paid(500, 500)

    async def attempt(n: int) -> bool:
        try:
            await office.request(paid, 120, n % 2)
        except RefundExceedsPayment:
            return False
        return True

    done = await asyncio.gather(*(attempt(n) for n in range(20)))
    assert done.count(True) == 8
    await office.work_off()
    assert office.till.given_back(paid.number) == 960
    assert await office.state(paid) == (960, 960, 480, 480, "PARTLY_REFUNDED")
    await office.check_ledger(paid)


async def test_refunds_whose_answers_get_lost_are_each_made_once(office: Office) -> None:
    """Equal parts of a few payments, every second answer lost: as many refunds there as here, and not a fen more than was paid."""
    share, parts = 100, 10
    payments = [await office.paid(share * parts) for _ in range(-(-REFUNDS // parts))]
    office.till.loses = lambda n: n % 2 == 1
    wanted = [payments[n // parts] for n in range(REFUNDS)]
    ids = [await office.request(paid, share) for paid in wanted]
    await office.work_off()
    assert sorted(office.till.refunds) == sorted(id.hex for id in ids)
    assert len(office.till.told) == len(ids) == REFUNDS  # a lost answer is asked for, and the refund not told again
    assert len(office.till.asked) == REFUNDS // 2
    for paid in payments:
        count = wanted.count(paid)
        assert office.till.given_back(paid.number) == share * count <= share * parts
        assert (await office.state(paid))[:4] == (share * count,) * 4
        await office.check_ledger(paid)


async def test_refund_that_never_reached_the_provider_is_told_again(office: Office) -> None:
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    job = await office.value("select id from outbox where job = 'refund'")
    async with office.tools.pool.transaction() as connection:  # a worker took it and died
        assert await outbox.start(connection, job, office.clock()) is not None
    await office.work_off()
    assert office.till.asked == office.till.told == [id.hex]
    assert (await office.refund(paid, id))["status"] == "SUCCEEDED"


async def test_provider_that_takes_its_time_is_asked_later_and_later(office: Office) -> None:
    office.till.first = State.PENDING
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    for asked in range(1, 6):
        assert await office.work() == 1
        assert (await office.refund(paid, id))["status"] == "PENDING"
        office.clock.move(pause_before(asked) - timedelta(seconds=1))
        assert await office.work() == 0
        office.clock.move(timedelta(seconds=1))
    office.till.refunds[id.hex] = replace(office.till.refunds[id.hex], state=State.SUCCEEDED)
    await office.work_off()
    assert office.till.told == [id.hex]
    assert await office.state(paid) == (200, 200, 200, 200, "PARTLY_REFUNDED")


async def test_provider_that_never_tells_is_for_people_to_look_at(office: Office) -> None:
    office.till.first = State.PENDING
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    await office.work()
    office.clock.move(PATIENCE + timedelta(hours=1))
    await office.work()
    assert await office.value("select count(*) from outbox where job = 'refund' and state = 'failed'") == 1
    assert (await office.refund(paid, id))["status"] == "PENDING"
    assert await office.state(paid) == (200, 0, 200, 0, "PAID")


async def test_refund_that_fails_frees_what_was_reserved_and_is_seen(office: Office) -> None:
    office.till.refuses = "the account is closed"
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    await office.work()
    row = await office.refund(paid, id)
    assert (row["status"], row["failure_reason"]) == ("FAILED", "the account is closed")
    assert await office.state(paid) == (0, 0, 0, 0, "PAID")
    assert await office.value("select state from outbox where job = 'refund'") == "failed"
    await office.check_ledger(paid)
    office.till.refuses = None
    await office.request(paid, 500)
    await office.work_off()
    assert office.till.given_back(paid.number) == 500


async def test_provider_that_is_off_is_waited_for(office: Office) -> None:
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    providers, office.tools = office.tools.providers, replace(office.tools, providers={})
    office.runner = Runner(office.tools, JOBS, 30, timedelta(minutes=1))
    await office.work()
    assert (await office.refund(paid, id))["status"] == "PENDING"
    assert await office.value("select last_error from outbox where job = 'refund'") == "Transient: WECHAT_PAY is off."
    office.runner = Runner(replace(office.tools, providers=providers), JOBS, 30, timedelta(minutes=1))
    await office.work_off()
    assert (await office.refund(paid, id))["status"] == "SUCCEEDED"


async def test_surplus_goes_back_without_the_bill_counting_it(office: Office) -> None:
    paid = await office.paid(500)
    async with office.tools.pool.transaction() as connection:
        await connection.execute("update bill set payment_id = null where resident_id = $1", paid.resident_id)
    await office.request(paid, None)
    await office.work_off()
    assert await office.state(paid) == (500, 500, 500, 0, "PAID")
    assert await office.value(
        "select debit from ledger_entry where resident_id = $1 and event = 'REFUND_REQUESTED'", paid.resident_id
    ) == ("RESIDENT")
    await office.check_ledger(paid)


async def test_what_is_told_twice_counts_once(office: Office) -> None:
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    state = RefundState(id.hex, paid.number, State.SUCCEEDED, 200, f"R-{id.hex}", office.clock())
    for _ in range(3):
        assert await office.apply(paid, id, state) is RefundStatus.SUCCEEDED
    assert await office.value("select count(*) from outbox where job = $1", JobKind.SEND_NOTIFICATION) == 1
    await office.work_off()
    assert office.till.told == []
    assert await office.state(paid) == (200, 200, 200, 200, "PARTLY_REFUNDED")
    await office.check_ledger(paid)


@pytest.mark.parametrize(
    "changes",
    [{"amount": 199}, {"order_number": "another"}, {"state": State.FAILED, "amount": 1}, {"state": State.PENDING, "amount": 1}],
)
async def test_what_cannot_be_true_of_a_refund_changes_nothing(office: Office, changes: dict[str, Any]) -> None:
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    state = RefundState(id.hex, paid.number, State.SUCCEEDED, 200, f"R-{id.hex}", office.clock())
    with pytest.raises(Permanent):
        await office.apply(paid, id, replace(state, **changes))
    assert await office.state(paid) == (200, 0, 200, 0, "PAID")


@pytest.mark.parametrize("ends", [(State.SUCCEEDED, State.FAILED), (State.CLOSED, State.SUCCEEDED)])
async def test_end_that_is_told_stays(office: Office, ends: tuple[State, State]) -> None:
    paid = await office.paid(500)
    id = await office.request(paid, 200)
    first, second = (RefundState(id.hex, paid.number, state, 200, f"R-{id.hex}", office.clock()) for state in ends)
    status = await office.apply(paid, id, first)
    before = await office.state(paid)
    with pytest.raises(Permanent):
        await office.apply(paid, id, second)
    assert (await office.refund(paid, id))["status"] == status
    assert await office.state(paid) == before
    pending = replace(second, state=State.PENDING)  # told earlier, came later
    assert await office.apply(paid, id, pending) is status


async def test_job_of_no_refund_fails(office: Office) -> None:
    job = Job(UUID(int=1), JobKind.REFUND, {"resident_id": str(UUID(int=2)), "id": str(UUID(int=3)), "asked": "0"}, 1)
    with pytest.raises(Permanent):
        await JOBS[JobKind.REFUND].run(office.tools, job)


async def test_reference_of_another_refund_is_not_believed(office: Office) -> None:
    paid = await office.paid(500)
    first, second = await office.request(paid, 200), await office.request(paid, 200)
    state = RefundState(first.hex, paid.number, State.SUCCEEDED, 200, f"R-{first.hex}", office.clock())
    await office.apply(paid, first, state)
    with pytest.raises(Permanent):
        await office.apply(paid, second, state)
    assert await office.state(paid) == (400, 200, 400, 200, "PARTLY_REFUNDED")
