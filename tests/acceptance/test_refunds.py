"""Refunds in equal parts whose answers get lost, while the worker is killed: as many at the providers as were asked for, and never
more than was paid. And the worker's clock, which settles the days that it missed."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from db import ledger_check, settlements
from domain.enums import PaymentMethod
from domain.ledger_check import differences
from domain.times import shanghai_day
from domain.viewer import Viewer
from ecard.app import utc_now
from ecard.embedded import EmbeddedServers
from ecard.simulators.keys import payment_settings
from tests.acceptance.test_payments import at_rest, books, ordered
from tests.acceptance.worker import WorkerProcess
from tests.api.test_refunds import code, refund_bill
from tests.support.market import NAMES, Market
from tests.support.money import Place, add_paid
from tests.support.serving import serving
from tests.support.simulators import keys
from tests.support.waiting import until_found

# `make proof` sets a thousand.
REFUNDS = int(os.environ.get("PROOF_REFUNDS", "20"))
PARTS = 5  # of each payment, and of each part so many fen
SHARE = 100
KILLS = 3
PATIENCE = 120 + REFUNDS  # seconds, for a machine that is busy with other things
METHODS = sorted(NAMES)


@asynccontextmanager
async def worker(market: Market, own_servers: EmbeddedServers, folder: Path) -> AsyncIterator[WorkerProcess]:
    """Reaches the simulators over the network."""
    async with serving(market.sims.transport().app) as port:
        (folder / "worker").mkdir()
        yield WorkerProcess(own_servers, folder / "worker", payment_settings(keys(), f"http://127.0.0.1:{port}"))


async def pay(market: Market, resident: Viewer, hospital: Viewer, method: str) -> str:
    """A paid bill, once the worker has done its part."""
    bill = await market.bill(resident, hospital, PARTS * SHARE)
    payment = (resident, await market.started(resident, bill, method=method), method)
    await until_found(lambda: ordered(market, payment), PATIENCE)
    await market.pay(resident, payment[1])
    await market.sims.work()
    await until_found(lambda: at_rest(market), PATIENCE)
    return bill


async def some_done(market: Market, many: int) -> bool:
    done: int = await market.world.value("select count(*) from refund where status = 'SUCCEEDED'")
    return done >= many


async def test_refunds_are_made_once_whatever_gets_lost(market: Market, own_servers: EmbeddedServers, tmp_path: Path) -> None:
    hospital, resident = await market.world.institution(), await market.world.resident()
    async with worker(market, own_servers, tmp_path) as process:
        with process.running():
            bills = [await pay(market, resident, hospital, METHODS[n % 4]) for n in range(REFUNDS // PARTS)]
        asked = [(bill, f"{bill}{part}") for bill in bills for part in range(PARTS)]
        refunds = [await refund_bill(market, hospital, bill, "1.00", key) for bill, key in asked]
        for name in NAMES.values():
            await market.sims.behave(name, silent=REFUNDS // 8)
        for kill in range(KILLS):
            with process.running():
                await until_found(partial(some_done, market, kill + 1), PATIENCE)
        again = await asyncio.gather(*(refund_bill(market, hospital, bill, "1.00", key) for bill, key in asked))
        with process.running():
            await until_found(lambda: at_rest(market), PATIENCE)
    ids = [payload["refund"]["id"] for payload in refunds]
    assert [payload["refund"]["id"] for payload in again] == ids
    assert len(set(ids)) == len(asked)
    for bill in bills:
        assert code(await refund_bill(market, hospital, bill, "0.01")) == [("REFUND_EXCEEDS_PAYMENT", ["amount"])]
    await check(market, len(asked))


async def check(market: Market, many: int) -> None:
    paid, given_back = await books(market)
    ours = await market.world.rows("select number, amount from refund where status = 'SUCCEEDED'")
    assert {row["number"]: row["amount"] for row in ours} == given_back
    assert Counter(given_back.values()) == {SHARE: many}
    assert sum(given_back.values()) == sum(paid.values())
    assert {row["status"] for row in await market.world.rows("select status from bill")} == {"REFUNDED"}
    async with market.pool.connection() as connection:
        everything = await ledger_check.rows(connection, await ledger_check.residents(connection, UUID(int=0), 1_000_000))
    assert list(differences(everything)) == []


async def test_days_that_were_missed_are_settled(market: Market, own_servers: EmbeddedServers, tmp_path: Path) -> None:
    """Yesterday's may still be to come: some providers have no statement of an empty day before ten."""
    hospital, resident = await market.world.institution(), await market.world.resident()
    assert hospital.institution_id is not None
    at = utc_now() - timedelta(days=3)
    days = [shanghai_day(at), shanghai_day(at) + timedelta(days=1)]
    async with market.pool.transaction() as connection:
        for method in PaymentMethod:
            place = Place(hospital.institution_id, method)
            await add_paid(connection, at, place, 500, resident_id=resident.resident_id)
            await settlements.book(connection, at, os.urandom, method, hospital.institution_id, at)

    async def settled() -> bool:
        sql = "select count(*) from settlement where institution_id is null and settled_at is not null and day = any($1)"
        closed: int = await market.world.value(sql, days)
        return closed == len(days) * len(NAMES)

    async with worker(market, own_servers, tmp_path) as process:
        with process.running():
            await until_found(settled, PATIENCE)
    rows = await market.world.rows("select method, day, kind from discrepancy order by method")
    assert [(row["method"], row["day"], row["kind"]) for row in rows] == [
        (method, days[0], "MISSING_THERE") for method in sorted(NAMES)
    ]
