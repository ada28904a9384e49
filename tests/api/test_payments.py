"""Payments through the whole application, with the providers on the other side of the wire."""

from datetime import timedelta
from typing import Any

import pytest

from domain.enums import CareScope, CareStep, CodePurpose
from domain.viewer import Viewer
from tests.support.market import NAMES, Market

METHODS = sorted(NAMES)
LIFE = timedelta(minutes=15, seconds=10)


@pytest.fixture
async def resident(market: Market) -> Viewer:
    return await market.world.resident()


@pytest.fixture
async def hospital(market: Market) -> Viewer:
    return await market.world.institution()


@pytest.fixture(autouse=True)
async def noise(market: Market) -> None:
    """Somebody else has bills, one open and one that is being paid."""
    other, elsewhere = await market.world.resident(), await market.world.institution()
    await market.bill(other, elsewhere)
    await market.started(other, await market.bill(other, elsewhere))
    await market.work()


@pytest.mark.parametrize("method", METHODS)
async def test_a_bill_is_paid_by_whoever_scans_the_code(market: Market, resident: Viewer, hospital: Viewer, method: str) -> None:
    bill = await market.bill(resident, hospital, 12_850, insured=2_850)
    payload = await market.start(resident, bill, method=method)
    payment = payload["payment"]
    assert payload["userErrors"] == []
    assert payment["amount"] == {"amount": "100.00", "currency": "CNY"}
    assert (payment["status"], payment["instructions"], payment["bills"]) == ("PENDING", None, [{"id": bill, "status": "PAYING"}])
    await market.work()
    paid = await market.pay(resident, payment["id"])
    await market.work()
    seen = await market.payment(resident, payment["id"])
    assert (seen["status"], seen["providerReference"], seen["instructions"]) == ("SUCCEEDED", paid["reference"], None)
    assert seen["bills"] == [{"id": bill, "status": "PAID"}]
    assert seen["paidAt"] is not None
    assert await market.differences(resident) == []
    (book,) = [each for each in (await market.sims.books(NAMES[method]))["payments"] if each["reference"] == paid["reference"]]
    assert book["amount"] == 10_000


async def test_several_bills_are_paid_at_once(market: Market, resident: Viewer, hospital: Viewer) -> None:
    bills = [await market.bill(resident, hospital, amount) for amount in (100, 250, 1)]
    id = await market.started(resident, *bills, bills[0])
    await market.work()
    await market.pay(resident, id)
    await market.work()
    seen = await market.payment(resident, id)
    assert seen["amount"]["amount"] == "3.51"
    assert sorted(each["id"] for each in seen["bills"]) == sorted(bills)
    assert {each["status"] for each in seen["bills"]} == {"PAID"}


@pytest.mark.parametrize("method", METHODS)
async def test_a_notification_that_never_comes_is_replaced_by_a_question(
    market: Market, resident: Viewer, hospital: Viewer, method: str
) -> None:
    id = await market.started(resident, await market.bill(resident, hospital), method=method)
    await market.work()
    await market.sims.behave(NAMES[method], notifications=0)
    await market.pay(resident, id)
    await market.work()
    assert (await market.payment(resident, id))["status"] == "PENDING"
    market.clock.ahead += timedelta(minutes=1)
    await market.work()
    assert (await market.payment(resident, id))["status"] == "SUCCEEDED"


@pytest.mark.parametrize("method", METHODS)
async def test_an_order_that_nobody_pays_expires_and_frees_its_bill(
    market: Market, resident: Viewer, hospital: Viewer, method: str
) -> None:
    bill = await market.bill(resident, hospital)
    id = await market.started(resident, bill, method=method)
    await market.work()
    code = (await market.payment(resident, id))["instructions"]["codeUrl"]
    market.clock.ahead += LIFE
    await market.work()
    seen = await market.payment(resident, id)
    assert (seen["status"], seen["bills"]) == ("EXPIRED", [{"id": bill, "status": "UNPAID"}])
    response = await market.sims.http.post(f"/{NAMES[method]}/pay", json={"codeUrl": code})
    assert response.status_code == 409


async def test_what_was_paid_until_it_closed_counts(market: Market, resident: Viewer, hospital: Viewer) -> None:
    id = await market.started(resident, await market.bill(resident, hospital))
    await market.work()
    await market.sims.behave("wechat-pay", notifications=0, fail=1)
    market.clock.ahead += LIFE - timedelta(seconds=20)
    await market.pay(resident, id)
    market.clock.ahead += timedelta(seconds=20)
    await market.work()
    market.clock.ahead += timedelta(seconds=30)
    await market.work()
    assert (await market.payment(resident, id))["status"] == "SUCCEEDED"


async def test_a_cancelled_payment_frees_its_bill_and_late_money_goes_back(
    market: Market, resident: Viewer, hospital: Viewer
) -> None:
    bill = await market.bill(resident, hospital)
    first = await market.started(resident, bill)
    await market.work()
    await market.sims.behave("wechat-pay", held=True)
    await market.pay(resident, first)
    payload = await market.cancel(resident, first)
    assert payload["payment"] == {"id": first, "status": "CANCELLED", "bills": [{"id": bill, "status": "UNPAID"}]}
    assert (await market.cancel(resident, first))["userErrors"] == []
    second = await market.started(resident, bill, method="ALIPAY")
    await market.work()
    # The first had been paid, which closing it brought to light: the second one is not needed any more.
    assert (await market.payment(resident, first))["status"] == "SUCCEEDED"
    seen = await market.payment(resident, second)
    assert (seen["status"], seen["bills"]) == ("CANCELLED", [{"id": bill, "status": "PAID"}])
    refused = await market.cancel(resident, first)
    assert [error["code"] for error in refused["userErrors"]] == ["WRONG_STATE"]
    assert await market.differences(resident) == []


async def test_a_bill_that_is_paid_twice_gives_the_second_money_back(market: Market, resident: Viewer, hospital: Viewer) -> None:
    bill = await market.bill(resident, hospital, 5_000)
    await market.sims.behave("wechat-pay", late=True)
    first = await market.started(resident, bill)
    await market.work()
    code = (await market.payment(resident, first))["instructions"]["codeUrl"]
    await market.cancel(resident, first)
    second = await market.started(resident, bill, method="ALIPAY")
    await market.work()
    await market.pay(resident, second)
    await market.work()
    await market.sims.pay("wechat-pay", code)
    await market.work()
    late, kept = await market.payment(resident, first), await market.payment(resident, second)
    assert (late["status"], late["refunded"]["amount"]) == ("SUCCEEDED", "50.00")
    assert [(each["status"], each["amount"]["amount"]) for each in late["refunds"]] == [("SUCCEEDED", "50.00")]
    assert (kept["status"], kept["refunded"]["amount"]) == ("SUCCEEDED", "0.00")
    assert kept["bills"] == [{"id": bill, "status": "PAID"}]
    assert [each["amount"] for each in (await market.sims.books("wechat-pay"))["refunds"]] == [5_000]
    assert await market.differences(resident) == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("wrong", "reason"), [("amount", "AMOUNT_DIFFERS"), ("signature", "WRONG_SIGNATURE")])
async def test_what_is_wrong_is_refused_and_kept_for_people(
    market: Market, resident: Viewer, hospital: Viewer, method: str, wrong: str, reason: str
) -> None:
    name = NAMES[method]
    async with market.pool.connection() as connection:
        await connection.execute("delete from inbox")
    id = await market.started(resident, await market.bill(resident, hospital), method=method)
    await market.work()
    await market.sims.behave(name, wrong=wrong)
    await market.pay(resident, id)
    await market.work()
    assert (await market.payment(resident, id))["status"] == "PENDING"
    refused = await market.inbox(method, refused=True)
    assert refused
    assert {row["reason"] for row in refused} == {reason}
    await market.sims.behave(name, wrong=None)
    market.clock.ahead += timedelta(minutes=1)
    await market.work()
    assert (await market.payment(resident, id))["status"] == "SUCCEEDED"


async def test_a_provider_that_does_not_answer_is_asked_again(market: Market, resident: Viewer, hospital: Viewer) -> None:
    await market.sims.behave("wechat-pay", fail=1)
    id = await market.started(resident, await market.bill(resident, hospital))
    await market.work()
    assert (await market.payment(resident, id))["instructions"] is None
    await market.sims.behave("wechat-pay", silent=1)
    market.clock.ahead += timedelta(seconds=3)
    await market.work()
    market.clock.ahead += timedelta(seconds=30)
    await market.work()
    await market.pay(resident, id)
    await market.work()
    assert (await market.payment(resident, id))["status"] == "SUCCEEDED"


async def test_a_carer_with_the_scope_pays_for_the_person(market: Market, resident: Viewer, hospital: Viewer) -> None:
    carer, other = await market.world.resident(), await market.world.resident()
    await market.world.care_for(resident, carer, CareScope.BILLS)
    await market.world.care_for(resident, other, CareScope.CARD)
    bill = await market.bill(resident, hospital)
    refused = await market.start(other, bill)
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [("FORBIDDEN", ["billIds"])]
    id = await market.started(carer, bill)
    assert (await market.payment(resident, id))["id"] == id
    assert (await market.payment(carer, id))["id"] == id
    assert await market.payment(other, id) is None
    assert [error["code"] for error in (await market.cancel(other, id))["userErrors"]] == ["FORBIDDEN"]
    assert (await market.cancel(carer, id))["userErrors"] == []


async def test_a_kiosk_takes_money_while_the_patient_is_there_to_pay(market: Market, resident: Viewer, hospital: Viewer) -> None:
    bill, elsewhere = await market.bill(resident, hospital), await market.world.institution()
    assert [error["code"] for error in (await market.start(hospital, bill))["userErrors"]] == ["VISIT_EXPIRED"]
    assert [error["code"] for error in (await market.start(elsewhere, bill))["userErrors"]] == ["NOT_FOUND"]
    await market.world.verify(hospital, await market.world.present(resident, CodePurpose.PAY), CareStep.PAY)
    id = await market.started(hospital, bill)
    assert (await market.payment(hospital, id))["bills"] == [{"id": bill, "status": "PAYING"}]
    assert await market.payment(elsewhere, id) is None
    assert [error["code"] for error in (await market.cancel(elsewhere, id))["userErrors"]] == ["NOT_FOUND"]


async def test_a_payment_app_pays_what_it_was_shown_a_code_for(market: Market, resident: Viewer, hospital: Viewer) -> None:
    app, other = await market.app(), await market.app("ALIPAY")
    bill = await market.bill(resident, hospital)
    assert [error["code"] for error in (await market.start(app, bill))["userErrors"]] == ["NOT_FOUND"]
    await permit(market, resident, app)
    id = await market.started(app, bill)
    assert (await market.payment(app, id))["bills"] == [{"id": bill, "status": "PAYING"}]
    assert await market.payment(other, id) is None
    assert await market.payment(await market.app("WECHAT"), id) is not None


OPEN = """
mutation OpenBillsForCode($input: OpenBillsForCodeInput!) {
  openBillsForCode(input: $input) { bills { id } userErrors { code } }
}"""


async def permit(market: Market, resident: Viewer, app: Viewer) -> None:
    payload = await market.asker.change(app, OPEN, code=await market.world.present(resident, CodePurpose.PAY))
    assert payload["userErrors"] == []


async def test_only_open_bills_of_one_person_and_place_are_paid(market: Market, resident: Viewer, hospital: Viewer) -> None:
    other, elsewhere = await market.world.resident(), await market.world.institution()
    bill = await market.bill(resident, hospital)

    async def refusal(*bills: str, **given: Any) -> tuple[str, Any]:
        (error,) = (await market.start(resident, *bills, **given))["userErrors"]
        return error["code"], error["field"]

    assert await refusal() == ("INVALID_INPUT", ["billIds"])
    assert await refusal("nonsense") == ("NOT_FOUND", ["billIds"])
    assert await refusal(await market.bill(other, hospital)) == ("NOT_FOUND", ["billIds"])
    assert await refusal(bill, await market.bill(other, hospital)) == ("INVALID_INPUT", ["billIds"])
    assert await refusal(bill, await market.bill(resident, elsewhere)) == ("INVALID_INPUT", ["billIds"])
    assert await refusal(await market.bill(resident, hospital, 300, insured=300)) == ("BILL_NOT_PAYABLE", ["billIds"])
    assert await refusal(bill, flow="MINI_PROGRAM") == ("INVALID_INPUT", ["payerReference"])
    assert await refusal(bill, flow="BROWSER", returnUrl="javascript:x") == ("INVALID_INPUT", ["returnUrl"])
    await market.started(resident, bill)
    assert await refusal(bill) == ("BILL_NOT_PAYABLE", ["billIds"])


async def test_the_same_key_is_one_payment(market: Market, resident: Viewer, hospital: Viewer) -> None:
    bill, other = await market.bill(resident, hospital), await market.bill(resident, hospital)
    first = await market.start(resident, bill, idempotencyKey="k")
    assert (await market.start(resident, bill, idempotencyKey="k"))["payment"]["id"] == first["payment"]["id"]
    refused = await market.start(resident, other, idempotencyKey="k")
    assert [error["code"] for error in refused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


@pytest.mark.parametrize("flow", ["MINI_PROGRAM", "APP", "BROWSER"])
async def test_other_flows_have_instructions_of_their_own(market: Market, resident: Viewer, hospital: Viewer, flow: str) -> None:
    given = {"flow": flow, "payerReference": "openid-1", "returnUrl": "https://app.example/paid"}
    id = await market.started(resident, await market.bill(resident, hospital), **given)
    await market.work()
    instructions = (await market.payment(resident, id))["instructions"]
    assert any(instructions.values())
