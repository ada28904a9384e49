"""A day of a provider through the whole application: the provider's own statement, or the one that its app sends."""

import os
from datetime import date
from typing import Any

import pytest

from db import outbox
from db.outbox import JobKind
from domain.ids import new_id
from domain.settlement import MOST_LINES
from domain.times import shanghai_day, to_text
from domain.viewer import Viewer
from tests.api.test_refunds import METHODS, code, paid, refund_bill
from tests.resolvers.world import public
from tests.support.market import Market

KINDS = {"WECHAT_PAY": "WECHAT", "ALIPAY": "ALIPAY", "UNIONPAY": "UNIONPAY", "BANK": "BANK"}
SETTLEMENT = """
fragment Amount on Money { amount currency }
query Settlement($method: PaymentMethod!, $date: Date!, $institutionId: ID, $first: Int = 100, $after: String) {
  settlement(method: $method, date: $date, institutionId: $institutionId) {
    status
    ours { count amount { ...Amount } refundCount refundAmount { ...Amount } }
    theirs { count amount { ...Amount } refundCount refundAmount { ...Amount } }
    discrepancies(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { kind providerReference ours { ...Amount } theirs { ...Amount } payment { id } refund { id } }
    }
  }
}"""
IMPORT = """
mutation ImportStatement($input: ImportStatementInput!) {
  importStatement(input: $input) {
    settlement { status discrepancies(first: 10) { totalCount nodes { kind } } }
    userErrors { code field message retryAt }
  }
}"""


@pytest.fixture(autouse=True)
async def empty_books(market: Market) -> None:
    """What other tests booked today stands on another day."""
    async with market.pool.connection() as connection:
        for table in ("payment", "refund"):
            await connection.execute(f"update {table} set book_day = date '2000-01-01' where book_day is not null")
        for table in ("settlement", "statement_line", "discrepancy"):
            await connection.execute(f"delete from {table}")


@pytest.fixture
async def resident(market: Market) -> Viewer:
    return await market.world.resident()


@pytest.fixture
async def hospitals(market: Market) -> list[Viewer]:
    return [await market.world.institution() for _ in range(2)]


def today(market: Market) -> date:
    return shanghai_day(market.clock())


async def settle(market: Market, method: str) -> None:
    """Fetches and compares today's statement, as it stands."""
    args = {"method": method, "day": today(market).isoformat()}
    async with market.pool.transaction() as connection:
        await outbox.put(connection, JobKind.SETTLE_DAY, args, new_id(market.clock(), os.urandom), market.clock())
    await market.work()


async def seen(market: Market, viewer: Viewer, method: str, **given: Any) -> Any:
    answer = await market.asker.data(viewer, SETTLEMENT, method=method, date=today(market).isoformat(), **given)
    return answer["settlement"]


def totals(side: Any) -> tuple[int, str, int, str]:
    return side["count"], side["amount"]["amount"], side["refundCount"], side["refundAmount"]["amount"]


async def line(market: Market, resident: Viewer, payment: str, amount: str, **changes: Any) -> dict[str, Any]:
    """A line of a payment, as its app sends it."""
    reference = (await market.payment(resident, payment))["providerReference"]
    return {"providerReference": reference, "amount": amount, "status": "SUCCEEDED", "at": to_text(market.clock()), **changes}


async def send(market: Market, app: Viewer, *lines: Any, method: str = "WECHAT_PAY", day: date | None = None) -> Any:
    given = {"method": method, "date": (day or today(market)).isoformat(), "lines": list(lines)}
    return await market.asker.change(app, IMPORT, **given)


@pytest.mark.parametrize("method", METHODS)
async def test_day_of_each_provider_matches_its_own_statement(
    market: Market, resident: Viewer, hospitals: list[Viewer], method: str
) -> None:
    bills = [await market.bill(resident, hospital, amount) for hospital, amount in zip(hospitals, (500, 800), strict=True)]
    for bill in bills:
        await paid(market, resident, bill, method=method)
    await refund_bill(market, hospitals[0], bills[0], "2.00")
    await market.work()
    app = await market.app(KINDS[method])
    assert (await seen(market, app, method))["status"] == "OPEN"
    await settle(market, method)
    city = await seen(market, app, method)
    assert (city["status"], city["discrepancies"]["nodes"]) == ("MATCHED", [])
    assert totals(city["ours"]) == totals(city["theirs"]) == (2, "13.00", 1, "2.00")
    parts = [await seen(market, hospital, method) for hospital in hospitals]
    assert [totals(part["ours"]) for part in parts] == [(1, "5.00", 1, "2.00"), (1, "8.00", 0, "0.00")]
    assert [totals(part["theirs"]) for part in parts] == [totals(part["ours"]) for part in parts]


async def test_amount_that_differs_is_found_out(market: Market, resident: Viewer, hospitals: list[Viewer]) -> None:
    payment = await paid(market, resident, await market.bill(resident, hospitals[0], 500))
    await market.world.rows("update payment set amount = amount + 1 where resident_id = $1", resident.resident_id)
    await settle(market, "WECHAT_PAY")
    city = await seen(market, await market.app(), "WECHAT_PAY")
    assert city["status"] == "DIFFERENT"
    reference = (await market.payment(resident, payment))["providerReference"]
    assert city["discrepancies"]["nodes"] == [
        {
            "kind": "AMOUNT_DIFFERS",
            "providerReference": reference,
            "ours": {"amount": "5.01", "currency": "CNY"},
            "theirs": {"amount": "5.00", "currency": "CNY"},
            "payment": {"id": payment},
            "refund": None,
        }
    ]


async def test_same_day_again_replaces_what_the_app_sent(market: Market, resident: Viewer, hospitals: list[Viewer]) -> None:
    app = await market.app()
    payment = await paid(market, resident, await market.bill(resident, hospitals[0], 500))
    right = await line(market, resident, payment, "5.00")
    strange = {**right, "providerReference": "nobody's", "amount": "1.00"}
    refund = {**strange, "kind": "REFUND"}
    for lines, kinds in (
        ([right, strange], ["MISSING_HERE"]),
        ([right], []),
        ([right, right], ["DUPLICATE"]),
        ([{**right, "amount": "5.01"}], ["AMOUNT_DIFFERS"]),
        ([{**right, "status": "FAILED"}], ["STATUS_DIFFERS"]),
        ([], ["MISSING_THERE"]),
        ([right, {**strange, "status": "EXPIRED"}], []),
        ([right, refund], ["MISSING_HERE"]),
    ):
        payload = await send(market, app, *lines)
        assert payload["userErrors"] == []
        found = payload["settlement"]
        assert (found["status"], found["discrepancies"]["totalCount"]) == ("DIFFERENT" if kinds else "MATCHED", len(kinds))
        assert [node["kind"] for node in found["discrepancies"]["nodes"]] == kinds
    assert totals((await seen(market, app, "WECHAT_PAY"))["theirs"]) == (1, "5.00", 1, "1.00")


async def test_refund_is_known_by_its_reference(market: Market, resident: Viewer, hospitals: list[Viewer]) -> None:
    app, bill = await market.app(), await market.bill(resident, hospitals[0], 500)
    payment = await paid(market, resident, bill)
    id = (await refund_bill(market, hospitals[0], bill, "2.00"))["refund"]["id"]
    await market.work()
    document = "query Q($id: ID!) { node(id: $id) { ... on Refund { providerReference status } } }"
    made = (await market.asker.data(app, document, id=id))["node"]
    assert made["status"] == "SUCCEEDED"
    right = await line(market, resident, payment, "5.00")
    refund = {**right, "kind": "REFUND", "providerReference": made["providerReference"], "amount": "2.00"}
    assert (await send(market, app, right, refund))["settlement"]["status"] == "MATCHED"
    await send(market, app, right, {**refund, "amount": "2.01"})
    [found] = (await seen(market, app, "WECHAT_PAY"))["discrepancies"]["nodes"]
    assert (found["kind"], found["payment"], found["refund"]) == ("AMOUNT_DIFFERS", None, {"id": id})


async def test_what_is_booked_after_a_comparison_opens_the_day_again(
    market: Market, resident: Viewer, hospitals: list[Viewer]
) -> None:
    app = await market.app()
    assert (await send(market, app))["settlement"]["status"] == "MATCHED"
    await paid(market, resident, await market.bill(resident, hospitals[0], 500))
    city = await seen(market, app, "WECHAT_PAY")
    assert (city["status"], totals(city["ours"])) == ("OPEN", (1, "5.00", 0, "0.00"))


async def test_each_sees_their_part_and_nobody_another_s(market: Market, resident: Viewer, hospitals: list[Viewer]) -> None:
    here, there = hospitals
    for hospital, amount in ((here, 500), (there, 700)):
        await paid(market, resident, await market.bill(resident, hospital, amount))
    app, other = await market.app(), await market.app("ALIPAY")
    strange = await line(market, resident, await paid(market, resident, await market.bill(resident, here, 900)), "0.01")
    await send(market, app, strange)
    assert here.institution_id is not None
    institution_id = public("I", here.institution_id)
    part = await seen(market, app, "WECHAT_PAY", institutionId=institution_id)
    assert part == await seen(market, here, "WECHAT_PAY") == await seen(market, here, "WECHAT_PAY", institutionId=institution_id)
    assert sorted(node["kind"] for node in part["discrepancies"]["nodes"]) == ["AMOUNT_DIFFERS", "MISSING_THERE"]
    assert totals(part["ours"]) == (2, "14.00", 0, "0.00")
    assert (await seen(market, there, "WECHAT_PAY"))["discrepancies"]["totalCount"] == 1
    for viewer, given in ((there, {"institutionId": institution_id}), (other, {}), (resident, {}), (app, {"institutionId": "?"})):
        assert await seen(market, viewer, "WECHAT_PAY", **given) is None
    for viewer in (app, here):
        answer = await market.asker.whole(
            market.asker.without(viewer, "payment:read"), SETTLEMENT, method="WECHAT_PAY", date=today(market).isoformat()
        )
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_statement_is_its_app_s_to_send_and_whole(market: Market, resident: Viewer, hospitals: list[Viewer]) -> None:
    app = await market.app()
    good = {"providerReference": "R", "amount": "1.00", "status": "SUCCEEDED", "at": to_text(market.clock())}
    for viewer in (await market.app("ALIPAY"), await market.app("OTHER"), resident, hospitals[0]):
        assert code(await send(market, viewer, good)) == [("FORBIDDEN", ["method"])]
    assert code(await send(market, app, good, {**good, "amount": "-1.00"})) == [("INVALID_INPUT", ["lines", "1", "amount"])]
    assert code(await send(market, app, {**good, "providerReference": " "})) == [
        ("INVALID_INPUT", ["lines", "0", "providerReference"])
    ]
    assert code(await send(market, app, *[good] * (MOST_LINES + 1))) == [("INVALID_INPUT", ["lines"])]
    assert code(await send(market, app, day=date(2999, 1, 1))) == [("INVALID_INPUT", ["date"])]
    assert await seen(market, app, "WECHAT_PAY") is None
