"""A stay in hospital with every provider, the worker process between: a deposit is paid, days are charged, and after the discharge
what is left is with the payer again, although the worker is killed while it gives it back."""

from collections import Counter
from functools import partial
from pathlib import Path
from uuid import UUID

from db import ledger_check
from domain.ledger_check import differences
from domain.viewer import Viewer
from ecard.embedded import EmbeddedServers
from tests.acceptance.test_payments import at_rest, books, ordered
from tests.acceptance.test_refunds import METHODS, PATIENCE, some_done, worker
from tests.api.inpatients import Ward, errors
from tests.api.stay_documents import DISCHARGE
from tests.support.market import NAMES, Market
from tests.support.waiting import until_found


async def admitted(market: Market, hospital: Viewer, method: str) -> Ward:
    """A patient who has paid 500.00 in advance."""
    ward = Ward(market, hospital, await market.world.resident())
    assert errors(await ward.admit()) == []
    payment = (ward.resident, await market.started(ward.resident, await ward.first_deposit(), method=method), method)
    await until_found(lambda: ordered(market, payment), PATIENCE)
    await market.pay(ward.resident, payment[1])
    await market.sims.work()
    return ward


async def test_what_is_left_of_a_deposit_comes_back_the_way_it_came(
    market: Market, own_servers: EmbeddedServers, tmp_path: Path
) -> None:
    hospital = await market.world.institution()
    async with worker(market, own_servers, tmp_path) as process:
        with process.running():
            wards = [await admitted(market, hospital, method) for method in METHODS]
            await until_found(lambda: at_rest(market), PATIENCE)
        for number, ward in enumerate(wards):
            assert (await ward.charge(f"{number + 1}"))["admission"]["balance"]["amount"] == f"{400 - number * 100}.00"
            stay = (await ward.change(DISCHARGE, insured="0", summary="好转"))["admission"]
            assert (stay["finalBill"]["status"], stay["balance"]["amount"]) == ("PAID", "0.00")
        for name in NAMES.values():
            await market.sims.behave(name, silent=1)
        with process.running():
            await until_found(partial(some_done, market, 1), PATIENCE)
        with process.running():
            await until_found(lambda: at_rest(market), PATIENCE)
    paid, given_back = await books(market)
    assert Counter(paid.values()) == {50_000: len(METHODS)}
    assert sorted(given_back.values()) == [10_000, 20_000, 30_000, 40_000]
    rows = await market.world.rows("select method, number, amount, status from refund order by method")
    assert [row["method"] for row in rows] == METHODS
    assert {row["number"]: row["amount"] for row in rows if row["status"] == "SUCCEEDED"} == given_back
    statuses = await market.world.rows("select kind, status, count(*) as many from bill group by 1, 2 order by 1")
    assert [(row["kind"], row["status"], row["many"]) for row in statuses] == [
        ("DEPOSIT", "PARTLY_REFUNDED", len(METHODS)),
        ("DISCHARGE", "PAID", len(METHODS)),
    ]
    async with market.pool.connection() as connection:
        everything = await ledger_check.rows(connection, await ledger_check.residents(connection, UUID(int=0), 1_000_000))
    assert list(differences(everything)) == []
