"""Notifications that come ten times, shuffled, some of them wrong, while the worker is killed at random: in the end our books are
the providers' books, to the fen, and nothing was settled twice."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

from db import ledger_check
from db.pool import Pool
from domain.ledger import Account, balance
from domain.ledger_check import differences
from domain.viewer import Viewer
from ecard.embedded import EmbeddedServers
from ecard.simulators.keys import payment_settings
from tests.acceptance.worker import WorkerProcess
from tests.support.market import NAMES, Market
from tests.support.serving import serving
from tests.support.simulators import keys
from tests.support.waiting import until_found

# `make proof` sets a thousand.
PAYMENTS = int(os.environ.get("PROOF_PAYMENTS", "16"))
PATIENCE = 90 + PAYMENTS  # seconds, for a machine that is busy with other things
COPIES = 10
KILLS = 3 + PAYMENTS // 50
METHODS = sorted(NAMES)
Started = tuple[Viewer, str, str]
"""Resident, payment, method."""


class Killer:
    """Runs the worker, and kills it in the middle of its work: so often, each time after it has done some more."""

    def __init__(self, worker: WorkerProcess, pool: Pool, dice: random.Random) -> None:
        self._worker, self._pool, self._dice = worker, pool, dice
        self.kills = 0

    async def run(self) -> None:
        while self.kills < KILLS:
            with self._worker.running() as process:
                done = await self._done() + self._dice.randint(1, max(2, 3 * PAYMENTS // KILLS))
                await until_found(partial(self._reached, done), PATIENCE)
                process.kill()
                process.wait()
                self.kills += 1
        with self._worker.running() as process:
            await asyncio.Event().wait()

    async def _reached(self, done: int) -> bool:
        return await self._done() >= done

    async def _done(self) -> int:
        async with self._pool.connection() as connection:
            done: int = await connection.fetchval("select count(*) from outbox where state = 'done'")
            return done


@asynccontextmanager
async def working(market: Market, own_servers: EmbeddedServers, folder: Path, dice: random.Random) -> AsyncIterator[Killer]:
    """Within the block the providers are reached over the network, and the worker works and dies."""
    async with serving(market.sims.transport().app) as port:
        (folder / "worker").mkdir()
        more = payment_settings(keys(), f"http://127.0.0.1:{port}")
        killer = Killer(WorkerProcess(own_servers, folder / "worker", more), market.pool, dice)
        task = asyncio.create_task(killer.run())
        yield killer
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def start_all(market: Market, dice: random.Random) -> list[Started]:
    """Bills of any amount, one or two of them."""
    hospital = await market.world.institution()
    people = [await market.world.resident() for _ in range(8)]
    found: list[Started] = []
    for number in range(PAYMENTS):
        resident, method = dice.choice(people), METHODS[number % len(METHODS)]
        bills = [await market.bill(resident, hospital, dice.randint(1, 100_000)) for _ in range(dice.choice((1, 1, 2)))]
        found.append((resident, await market.started(resident, *bills, method=method), method))
    return found


async def ordered(market: Market, payment: Started) -> bool:
    return (await market.payment(*payment[:2]))["instructions"] is not None


async def pay_all(market: Market, payments: list[Started], dice: random.Random) -> Counter[str]:
    """Pays each; of some the notification will be wrong, some are cancelled while the money is on its way: how many of which."""
    what: Counter[str] = Counter()
    for resident, id, method in payments:
        wrong = dice.choice((None, None, None, "amount", "signature"))
        await market.sims.behave(NAMES[method], notifications=COPIES, held=True, wrong=wrong)
        await market.pay(resident, id)
        what[wrong or "right"] += 1
        if dice.random() < 0.2:
            what["cancelled"] += not (await market.cancel(resident, id))["userErrors"]
    return what


async def deliver(market: Market) -> int:
    """Delivers all that is held, in any order: how many attempts that took."""
    for name in NAMES.values():
        await market.sims.release(name)
    attempts = 0
    while more := await market.sims.work():
        attempts += more
    return attempts


async def at_rest(market: Market) -> bool:
    """Whether every payment and refund is decided. What would be asked later is asked now."""
    async with market.pool.connection() as connection:
        await connection.execute(
            "update outbox set run_at = now() where job in ('query_payment', 'close_order', 'refund') and state = 'waiting'"
            " and run_at > now() and (job <> 'close_order' or (args ->> 'asked')::int > 0)"
        )
        open_ones: int = await connection.fetchval(
            "select (select count(*) from payment where status <> 'SUCCEEDED')"
            " + (select count(*) from refund where status = 'PENDING')"
        )
    return open_ones == 0


async def books(market: Market) -> tuple[dict[str, int], dict[str, int]]:
    """What the providers have of payments and of refunds: number → fen."""
    each = [await market.sims.books(name) for name in NAMES.values()]
    payments = {row["number"]: row["amount"] for book in each for row in book["payments"]}
    refunds = {row["number"]: row["amount"] for book in each for row in book["refunds"]}
    return payments, refunds


async def test_our_books_are_the_providers_books(market: Market, own_servers: EmbeddedServers, tmp_path: Path) -> None:
    dice = random.Random(int.from_bytes(os.urandom(4)))
    payments = await start_all(market, dice)
    async with working(market, own_servers, tmp_path, dice) as killer:
        for payment in payments:
            await until_found(partial(ordered, market, payment), PATIENCE)
        what = await pay_all(market, payments, dice)
        attempts = await deliver(market)
        await until_found(lambda: at_rest(market), PATIENCE)
    assert killer.kills == KILLS
    assert attempts >= COPIES * PAYMENTS
    await check(market, what)


async def check(market: Market, what: Counter[str]) -> None:
    theirs, given_back = await books(market)
    rows = market.world.rows
    ours = {row["number"]: row["amount"] for row in await rows("select number, amount from payment where status = 'SUCCEEDED'")}
    assert ours == theirs
    assert {row["number"]: row["amount"] for row in await rows("select number, amount from refund")} == given_back
    async with market.pool.connection() as connection:
        everything = await ledger_check.rows(connection, await ledger_check.residents(connection, UUID(int=0), 1_000_000))
    assert list(differences(everything)) == []
    assert balance(everything.entries, Account.PROVIDER) == sum(theirs.values()) - sum(given_back.values())
    assert {row["status"] for row in await rows("select status from bill")} == {"PAID"}
    reasons = Counter(row["reason"] for row in await rows("select reason from inbox where state = 'refused'"))
    assert (reasons["AMOUNT_DIFFERS"] > 0) == (what["amount"] > 0)
    assert (reasons["WRONG_SIGNATURE"] > 0) == (what["signature"] > 0)
    assert reasons.keys() <= {"AMOUNT_DIFFERS", "WRONG_SIGNATURE"}
    posted = "select count(*) from ledger_entry where event = 'PAYMENT_SUCCEEDED'"
    assert await market.world.value(posted) == await market.world.value("select count(*) from payment_bill")
