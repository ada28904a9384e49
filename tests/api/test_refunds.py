"""Refunds through the whole application, with the providers on the other side of the wire."""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest

from domain.viewer import Viewer
from tests.support.market import NAMES, Market

METHODS = sorted(NAMES)
# `make proof` sets a thousand.
REFUNDS = int(os.environ.get("PROOF_REFUNDS", "12"))

REFUND_BILL = """
mutation RefundBill($input: RefundBillInput!) {
  refundBill(input: $input) {
    refund { id status amount { amount currency } bill { id status refunded { amount currency } } }
    userErrors { code field message retryAt }
  }
}"""
REFUND_PAYMENT = """
mutation RefundPayment($input: RefundPaymentInput!) {
  refundPayment(input: $input) {
    refund { id status amount { amount currency } payment { id status refunded { amount currency } } }
    userErrors { code field message retryAt }
  }
}"""
REFUND = """
query Refund($id: ID!) {
  node(id: $id) {
    ... on Refund {
      status amount { amount } reason requestedAt succeededAt failureReason providerReference
      payment { refunded { amount } } bill { status refunded { amount } }
    }
  }
}"""


@pytest.fixture
async def resident(market: Market) -> Viewer:
    return await market.world.resident()


@pytest.fixture
async def hospital(market: Market) -> Viewer:
    return await market.world.institution()


@pytest.fixture(autouse=True)
async def noise(market: Market) -> None:
    """Somebody else has paid elsewhere."""
    other, elsewhere = await market.world.resident(), await market.world.institution()
    await paid(market, other, await market.bill(other, elsewhere))


async def paid(market: Market, resident: Viewer, *bills: str, method: str = "WECHAT_PAY") -> str:
    """A payment of these that has succeeded: its id."""
    id = await market.started(resident, *bills, method=method)
    await market.work()
    await market.pay(resident, id)
    await market.work()
    return id


async def refund_bill(market: Market, viewer: Viewer, bill: str, amount: str | None = None, key: str = "") -> Any:
    given = {"billId": bill, "reason": "误收", "idempotencyKey": key or os.urandom(8).hex()}
    return await market.asker.change(viewer, REFUND_BILL, **given, **({} if amount is None else {"amount": amount}))


async def refund_payment(market: Market, viewer: Viewer, payment: str, amount: str, key: str = "", **given: str) -> Any:
    about = {"paymentId": payment, "amount": amount, "reason": "误收", "idempotencyKey": key or os.urandom(8).hex()}
    return await market.asker.change(viewer, REFUND_PAYMENT, **about, **given)


async def given_back(market: Market, method: str, payment: str, viewer: Viewer) -> list[int]:
    """The refunds that the provider made of this payment, in fen."""
    reference = (await market.payment(viewer, payment))["providerReference"]
    books = await market.sims.books(NAMES[method])
    (order,) = [each["number"] for each in books["payments"] if each["reference"] == reference]
    return [each["amount"] for each in books["refunds"] if each["orderNumber"] == order and each["state"] != "FAILED"]


def code(payload: Any) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


@pytest.mark.parametrize("method", METHODS)
async def test_institution_gives_back_a_part_and_then_the_rest(
    market: Market, resident: Viewer, hospital: Viewer, method: str
) -> None:
    bill = await market.bill(resident, hospital, 12_850, insured=2_850)
    payment = await paid(market, resident, bill, method=method)
    part = await refund_bill(market, hospital, bill, "30.00")
    assert part["userErrors"] == []
    assert (part["refund"]["status"], part["refund"]["amount"]) == ("PENDING", {"amount": "30.00", "currency": "CNY"})
    assert part["refund"]["bill"] == {"id": bill, "status": "PAID", "refunded": {"amount": "0.00", "currency": "CNY"}}
    rest = await refund_bill(market, hospital, bill)
    assert rest["refund"]["amount"]["amount"] == "70.00"
    await market.work()
    market.clock.ahead += timedelta(hours=1)
    await market.work()
    for refund, amount in ((part, "30.00"), (rest, "70.00")):
        seen = (await market.asker.data(resident, REFUND, id=refund["refund"]["id"]))["node"]
        assert (seen["status"], seen["amount"]["amount"], seen["reason"], seen["failureReason"]) == (
            "SUCCEEDED",
            amount,
            "误收",
            None,
        )
        assert seen["bill"] == {"status": "REFUNDED", "refunded": {"amount": "100.00"}}
        assert seen["payment"] == {"refunded": {"amount": "100.00"}}
        assert seen["succeededAt"] >= seen["requestedAt"][:10]
        assert seen["providerReference"] is not None
    assert sorted(await given_back(market, method, payment, resident)) == [3_000, 7_000]
    assert code(await refund_bill(market, hospital, bill)) == [("REFUND_EXCEEDS_PAYMENT", ["amount"])]
    assert await market.differences(resident) == []


@pytest.mark.parametrize("method", METHODS)
async def test_refunds_with_lost_answers_and_equal_parts_are_each_made_once(
    market: Market, resident: Viewer, hospital: Viewer, method: str
) -> None:
    share = -(-REFUNDS // len(METHODS))
    bill = await market.bill(resident, hospital, share * 100 + 50)
    payment = await paid(market, resident, bill, method=method)
    keys = [os.urandom(8).hex() for _ in range(share)]
    refunds = [await refund_bill(market, hospital, bill, "1.00", key) for key in keys]
    again = [await refund_bill(market, hospital, bill, "1.00", key) for key in keys]
    ids = [payload["refund"]["id"] for payload in refunds]
    assert len(set(ids)) == share
    assert [payload["refund"]["id"] for payload in again] == ids
    assert code(await refund_bill(market, hospital, bill, "2.00", keys[0])) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    assert code(await refund_bill(market, hospital, bill, "1.00")) == [("REFUND_EXCEEDS_PAYMENT", ["amount"])]
    await market.sims.behave(NAMES[method], silent=share, notifications=0)  # carried out, never answered
    await market.work()
    for _ in range(6):
        market.clock.ahead += timedelta(hours=1)
        await market.work()
    assert await given_back(market, method, payment, resident) == [100] * share
    seen = await market.payment(resident, payment)
    assert {each["status"] for each in seen["refunds"]} == {"SUCCEEDED"}
    assert (seen["refunded"]["amount"], len(seen["refunds"])) == (f"{share}.00", share)
    assert await market.differences(resident) == []


async def test_parallel_refunds_never_come_to_more_than_was_paid(market: Market, resident: Viewer, hospital: Viewer) -> None:
    bill = await market.bill(resident, hospital, 1_000)
    payment = await paid(market, resident, bill)
    payloads = await asyncio.gather(*(refund_bill(market, hospital, bill, "3.00") for _ in range(8)))
    assert sorted(code(payload) for payload in payloads) == [[]] * 3 + [[("REFUND_EXCEEDS_PAYMENT", ["amount"])]] * 5
    await market.work()
    assert await given_back(market, "WECHAT_PAY", payment, resident) == [300] * 3
    assert await market.differences(resident) == []


async def test_twins_of_one_key_are_one_refund(market: Market, resident: Viewer, hospital: Viewer) -> None:
    bill = await market.bill(resident, hospital, 1_000)
    payment = await paid(market, resident, bill)
    payloads = await asyncio.gather(*(refund_bill(market, hospital, bill, "3.00", "twin") for _ in range(5)))
    assert len({payload["refund"]["id"] for payload in payloads}) == 1
    await market.work()
    assert await given_back(market, "WECHAT_PAY", payment, resident) == [300]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("method", METHODS)
async def test_provider_that_takes_its_time_tells_or_is_asked(
    market: Market, resident: Viewer, hospital: Viewer, method: str, told: bool
) -> None:
    bill = await market.bill(resident, hospital, 500)
    await paid(market, resident, bill, method=method)
    notifications = 2 if told else 0
    await market.sims.behave(NAMES[method], refunds="later", refund_seconds=60, notifications=notifications)
    id = (await refund_bill(market, hospital, bill, "5.00"))["refund"]["id"]
    await market.work()
    assert (await market.asker.data(hospital, REFUND, id=id))["node"]["status"] == "PENDING"
    if told:  # nobody asks
        async with market.pool.connection() as connection:
            await connection.execute("delete from outbox where job = 'refund'")
    for _ in range(3):
        market.clock.ahead += timedelta(seconds=61)
        await market.work()
    assert (await market.asker.data(hospital, REFUND, id=id))["node"]["status"] == "SUCCEEDED"
    assert await market.differences(resident) == []


@pytest.mark.parametrize("method", METHODS)
async def test_refund_that_fails_can_be_asked_for_anew_and_is_seen(
    market: Market, resident: Viewer, hospital: Viewer, method: str
) -> None:
    bill = await market.bill(resident, hospital, 500)
    payment = await paid(market, resident, bill, method=method)
    await market.sims.behave(NAMES[method], refunds="failing", refund_seconds=5)
    id = (await refund_bill(market, hospital, bill))["refund"]["id"]
    for _ in range(3):
        await market.work()
        market.clock.ahead += timedelta(hours=1)
    seen = (await market.asker.data(hospital, REFUND, id=id))["node"]
    assert seen["status"] == "FAILED"
    assert seen["failureReason"]
    assert await market.world.value("select count(*) from outbox where job = 'refund' and state = 'failed'") == 1
    assert seen["bill"] == {"status": "PAID", "refunded": {"amount": "0.00"}}
    assert await market.differences(resident) == []
    await market.sims.behave(NAMES[method], reset=True)
    assert (await refund_bill(market, hospital, bill))["refund"]["amount"]["amount"] == "5.00"
    await market.work()
    assert await given_back(market, method, payment, resident) == [500]


async def test_payment_app_gives_back_of_what_it_carried(market: Market, resident: Viewer, hospital: Viewer) -> None:
    wechat, alipay = await market.app("WECHAT"), await market.app("ALIPAY")
    bills = [await market.bill(resident, hospital, amount) for amount in (500, 700)]
    payment = await paid(market, resident, *bills)
    assert code(await refund_payment(market, alipay, payment, "1.00", billId=bills[0])) == [("NOT_FOUND", ["paymentId"])]
    assert code(await refund_payment(market, wechat, payment, "1.00")) == [("INVALID_INPUT", ["billId"])]
    assert code(await refund_payment(market, wechat, payment, "5.01", billId=bills[0])) == [("REFUND_EXCEEDS_PAYMENT", ["amount"])]
    assert code(await refund_payment(market, wechat, payment, "0.001", billId=bills[0])) == [("INVALID_INPUT", ["amount"])]
    assert code(await refund_payment(market, wechat, payment, "0.00", billId=bills[0])) == [("INVALID_INPUT", ["amount"])]
    done = [await refund_payment(market, wechat, payment, "2.00", billId=bills[1]) for _ in range(2)]
    assert done[0]["refund"]["id"] != done[1]["refund"]["id"]
    await market.work()
    repeated = await refund_payment(market, wechat, payment, "2.00", "K", billId=bills[1])
    assert repeated["refund"]["payment"] == {
        "id": payment,
        "status": "SUCCEEDED",
        "refunded": {"amount": "4.00", "currency": "CNY"},
    }
    assert await given_back(market, "WECHAT_PAY", payment, resident) == [200, 200]


async def test_payment_of_one_bill_needs_no_word_of_which(market: Market, resident: Viewer, hospital: Viewer) -> None:
    wechat = await market.app()
    payment = await paid(market, resident, await market.bill(resident, hospital, 500))
    other = await market.bill(resident, hospital, 500)
    assert (await refund_payment(market, wechat, payment, "1.00"))["userErrors"] == []
    assert code(await refund_payment(market, wechat, payment, "1.00", billId=other)) == [("NOT_FOUND", ["billId"])]
    stranger = await market.world.resident()
    strange = await market.bill(stranger, hospital, 500)
    assert code(await refund_payment(market, wechat, payment, "1.00", billId=strange)) == [("NOT_FOUND", ["billId"])]


async def test_only_who_was_paid_or_carried_it_gives_back(market: Market, resident: Viewer, hospital: Viewer) -> None:
    elsewhere = await market.world.institution()
    bill, free = await market.bill(resident, hospital, 500), await market.bill(resident, hospital, 500, insured=500)
    assert code(await refund_bill(market, hospital, bill)) == [("WRONG_STATE", ["billId"])]
    assert code(await refund_bill(market, hospital, free)) == [("REFUND_EXCEEDS_PAYMENT", ["amount"])]
    payment = await paid(market, resident, bill)
    assert code(await refund_bill(market, elsewhere, bill)) == [("NOT_FOUND", ["billId"])]
    assert code(await refund_bill(market, hospital, payment)) == [("NOT_FOUND", ["billId"])]
    assert code(await refund_payment(market, resident, payment, "1.00")) == [("FORBIDDEN", None)]
    assert code(await refund_payment(market, hospital, payment, "1.00")) == [("FORBIDDEN", None)]
    answer = await market.asker.whole(resident, REFUND_BILL, input={"billId": bill, "reason": "x", "idempotencyKey": "k"})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    assert await market.world.value("select count(*) from refund where resident_id = $1", resident.resident_id) == 0


async def test_payment_that_was_not_paid_gives_nothing_back(market: Market, resident: Viewer, hospital: Viewer) -> None:
    wechat = await market.app()
    payment = await market.started(resident, await market.bill(resident, hospital, 500))
    assert code(await refund_payment(market, wechat, payment, "1.00")) == [("WRONG_STATE", None)]
