"""Bills through the whole application: the documents that consumers send, who sees what, what is logged, and what it costs."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.enums import CareStep, CodePurpose
from domain.times import to_text
from domain.viewer import Viewer, ViewerKind
from ecard.app import utc_now
from tests.api.asking import Asker, id_of, visit_id
from tests.api.bill_documents import CANCEL_BILL, ISSUE_BILL, MY_BILLS, OPEN_BILLS, OUR_BILLS, VERIFY_TO_PAY
from tests.api.test_scan import scan

ITEMS = [
    {"code": "A1", "name": "阿莫西林", "quantity": "1.5", "unit": "盒", "unitPrice": "3.33"},
    {"code": "B2", "name": "诊查费", "quantity": "1", "unitPrice": "25"},
]
LINES = [
    {"name": "阿莫西林", "quantity": "1.5", "unit": "盒", "unitPrice": "3.33", "amount": "5.00"},
    {"name": "诊查费", "quantity": "1", "unit": None, "unitPrice": "25.00", "amount": "25.00"},
]


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def logged(kinds: str) -> str:
    return f"select count(*) from access_log where resident_id = $1 and actor_id = $2 and kinds = '{{{kinds}}}'"


class Till:
    """A patient at a hospital; both have bills elsewhere and with others too."""

    def __init__(self, asker: Asker, resident: Viewer, hospital: Viewer) -> None:
        self.asker, self.world, self.resident, self.hospital = asker, asker.world, resident, hospital

    async def issue(self, **changes: Any) -> Mapping[str, Any]:
        visit = await self.world.verify(self.hospital, await self.world.present(self.resident))
        number = f"N-{visit.id}"
        given = {"visitId": visit_id(visit), "number": number, "items": ITEMS, "insured": "10.00", "idempotencyKey": number}
        return await self.asker.change(self.hospital, ISSUE_BILL, **{**given, **changes})

    async def bill(self, **changes: Any) -> str:
        payload = await self.issue(**changes)
        assert payload["userErrors"] == []
        id: str = payload["bill"]["id"]
        return id


@pytest.fixture
async def till(asker: Asker) -> Till:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    await Till(asker, resident, await asker.world.institution()).bill()
    await Till(asker, await asker.world.resident(), hospital).bill()
    return Till(asker, resident, hospital)


def payment_app(till: Till) -> Viewer:
    world, scopes = till.world, frozenset({"payment:read", "payment:write"})
    return Viewer(ViewerKind.APP, client_id=world.client_id, app_id=world.app_id, scopes=scopes, name="城市健康")


async def test_a_bill_is_issued(till: Till) -> None:
    payload = await till.issue(number="N-1")
    assert payload["userErrors"] == []
    assert {name: value for name, value in payload["bill"].items() if name != "id"} == {
        "number": "N-1",
        "status": "UNPAID",
        "total": cny("30.00"),
        "insured": cny("10.00"),
        "selfPaid": cny("20.00"),
    }


async def test_the_same_key_gives_the_first_bill_as_it_is_now(till: Till) -> None:
    visit = await till.world.verify(till.hospital, await till.world.present(till.resident))
    same = {"visitId": visit_id(visit), "idempotencyKey": "k"}
    first = await till.issue(**same, number="N-1")
    await till.asker.change(till.hospital, CANCEL_BILL, billId=first["bill"]["id"], reason="重复开单")
    again = await till.issue(**same, number="N-1")
    assert again["bill"] == {**first["bill"], "status": "CANCELLED"}
    other = await till.issue(**same, number="N-2")
    assert (other["bill"], other["userErrors"][0]["code"]) == (None, "IDEMPOTENCY_KEY_REUSED")
    assert other["userErrors"][0]["field"] == ["idempotencyKey"]


async def test_refusals_say_where(till: Till) -> None:
    for changes, code, field in (
        ({"insured": "30.01"}, "AMOUNT_MISMATCH", ["insured"]),
        ({"items": [ITEMS[0], {**ITEMS[1], "unitPrice": "0.001"}]}, "INVALID_INPUT", ["items", "1", "unitPrice"]),
        ({"idempotencyKey": ""}, "INVALID_INPUT", ["idempotencyKey"]),
        ({"idempotencyKey": "k" * 256}, "INVALID_INPUT", ["idempotencyKey"]),
    ):
        payload = await till.issue(**changes)
        assert payload["bill"] is None
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]


@pytest.mark.parametrize("amount", ["1e2", "NaN", "", "1" * 19, 30, 30.5])
async def test_what_is_no_decimal_is_bad_input(till: Till, amount: object) -> None:
    given = {"visitId": "x", "number": "N-1", "items": ITEMS, "insured": amount, "idempotencyKey": "k"}
    answer = await till.asker.whole(till.hospital, ISSUE_BILL, input=given)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_the_resident_sees_all_of_it_in_one_statement(till: Till, statements: list[str]) -> None:
    first, second = await till.bill(), await till.bill()
    await till.asker.data(till.resident, MY_BILLS, first=2)
    statements.clear()
    bills = (await till.asker.data(till.resident, MY_BILLS, first=2))["resident"]["bills"]
    assert len(statements) == 1
    assert [bill["id"] for bill in bills["nodes"]] == [second, first]
    assert bills["pageInfo"]["hasNextPage"] is True  # the one from elsewhere
    shown = bills["nodes"][0]
    assert [
        {**line, "unitPrice": line["unitPrice"]["amount"], "amount": line["amount"]["amount"]} for line in shown["items"]
    ] == LINES
    assert (shown["total"], shown["selfPaid"], shown["refunded"]) == (cny("30.00"), cny("20.00"), cny("0.00"))
    assert (shown["institution"], shown["payment"], shown["careSetting"]) == ({"name": "市第九人民医院"}, None, "OUTPATIENT")
    rest = (await till.asker.data(till.resident, MY_BILLS, first=2, after=bills["pageInfo"]["endCursor"]))["resident"]["bills"]
    assert len(rest["nodes"]) == 1


async def test_statuses_choose(till: Till) -> None:
    kept, gone = await till.bill(), await till.bill()
    payload = await till.asker.change(till.hospital, CANCEL_BILL, billId=gone, reason="重复开单")
    assert payload == {"bill": {"id": gone, "status": "CANCELLED"}, "userErrors": []}

    async def listed(*statuses: str) -> list[str]:
        data = await till.asker.data(till.resident, MY_BILLS, first=1, statuses=list(statuses))
        return [bill["id"] for bill in data["resident"]["bills"]["nodes"]]

    assert await listed("CANCELLED") == [gone]
    assert await listed("UNPAID", "PAYING") == [kept]
    assert await listed("PAID") == []


async def test_a_carer_sees_bills_with_that_scope_alone_and_is_logged(till: Till) -> None:
    with_scope, without = await till.world.resident(), await till.world.resident()
    await till.world.care_for(till.resident, with_scope, "BILLS")
    await till.world.care_for(till.resident, without, "CARD", "APPOINTMENTS", "RECORDS")
    bill, patient = await till.bill(), id_of(till.resident)
    nodes = (await till.asker.data(with_scope, MY_BILLS, residentId=patient, first=1))["resident"]["bills"]["nodes"]
    assert [(node["id"], len(node["items"])) for node in nodes] == [(bill, 2)]
    assert (await till.asker.data(without, MY_BILLS, residentId=patient, first=1))["resident"]["bills"]["nodes"] == []
    stranger = await till.world.resident()
    assert (await till.asker.data(stranger, MY_BILLS, residentId=patient, first=1))["resident"] is None
    seen = logged("BILL,IDENTITY,PAYMENT")
    assert await till.world.value(seen, till.resident.resident_id, with_scope.resident_id) == 1
    assert await till.world.value(seen, till.resident.resident_id, stranger.resident_id) == 0


async def test_the_institution_compares_its_books(till: Till, statements: list[str]) -> None:
    bill, today = await till.bill(), to_text(utc_now())[:10]
    query: dict[str, Any] = {"statuses": ["UNPAID"], "from": today, "to": today, "first": 1}
    await till.asker.data(till.hospital, OUR_BILLS, **query)
    statements.clear()
    bills = (await till.asker.data(till.hospital, OUR_BILLS, **query))["institution"]["bills"]
    assert len(statements) == 1
    assert bills["totalCount"] == 2
    assert [node["id"] for node in bills["nodes"]] == [bill]
    for none in ({"statuses": ["PAID"]}, {"from": "2100-01-01"}, {"to": "2020-01-01"}):
        assert (await till.asker.data(till.hospital, OUR_BILLS, **{**query, **none}))["institution"]["bills"]["totalCount"] == 0
    # Twice listed, and once issued: that answer was a reading too.
    assert await till.world.value(logged("BILL"), till.resident.resident_id, till.hospital.institution_id) == 3


async def test_nobody_else_sees_an_institutions_books(till: Till) -> None:
    await till.bill()
    place = (await till.asker.data(till.hospital, "{ institution { id } }"))["institution"]["id"]
    for viewer in (await till.world.institution(), till.resident):
        data = await till.asker.data(viewer, OUR_BILLS, institutionId=place, first=5)
        assert data["institution"]["bills"] == {"totalCount": 0, "pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}


async def test_the_cashier_sees_what_is_open_here(till: Till) -> None:
    first, second, gone = await till.bill(), await till.bill(), await till.bill()
    await till.asker.change(till.hospital, CANCEL_BILL, billId=gone, reason="重复开单")
    code = await till.world.present(till.resident, CodePurpose.PAY)
    visit = (await till.asker.change(till.hospital, VERIFY_TO_PAY, **scan(code, CareStep.PAY)))["visit"]
    assert [bill["id"] for bill in visit["bills"]] == [second, first]
    assert visit["bills"][0]["selfPaid"] == cny("20.00")
    code = await till.world.present(till.resident, CodePurpose.IDENTIFY)
    assert (await till.asker.change(till.hospital, VERIFY_TO_PAY, **scan(code)))["visit"]["bills"] == []
    await till.world.rows("update visit set expires_at = now() where resident_id = $1 returning id", till.resident.resident_id)
    node = await till.asker.data(
        till.hospital, "query($id: ID!) { node(id: $id) { ... on Visit { bills { id } } } }", id=visit["id"]
    )
    assert node["node"]["bills"] == []


async def test_a_payment_app_sees_amounts_and_no_more(till: Till, statements: list[str]) -> None:
    app, bill = payment_app(till), await till.bill()
    code = await till.world.present(till.resident, CodePurpose.PAY)
    payload = await till.asker.change(app, OPEN_BILLS, code=code)
    assert payload["userErrors"] == []
    assert payload["payer"] == {"nameMasked": "王*明"}
    shown = payload["bills"][0]
    assert (shown["id"], shown["institution"], shown["total"]) == (bill, {"name": "市第九人民医院"}, cny("30.00"))
    assert len(payload["bills"]) == 2
    assert await till.world.value(logged("BILL,IDENTITY"), till.resident.resident_id, app.app_id) == 1
    document = (
        "query($id: ID!) { node(id: $id) { ... on Bill { number status kind careSetting cancelReason items { name }"
        " payment { id } } } }"
    )
    statements.clear()
    node = (await till.asker.data(app, document, id=bill))["node"]
    assert len(statements) == 1
    assert node.pop("number").startswith("N-")
    assert node == {"status": "UNPAID", "kind": None, "careSetting": None, "cancelReason": None, "items": [], "payment": None}


async def test_an_app_sees_nothing_without_a_code_and_nothing_when_its_time_is_over(till: Till) -> None:
    app, bill, document = payment_app(till), await till.bill(), "query($id: ID!) { node(id: $id) { id } }"
    assert (await till.asker.data(app, document, id=bill))["node"] is None
    await till.asker.change(app, OPEN_BILLS, code=await till.world.present(till.resident, CodePurpose.PAY))
    assert (await till.asker.data(app, document, id=bill))["node"] == {"id": bill}
    await till.asker.change(till.hospital, CANCEL_BILL, billId=bill, reason="重复开单")
    assert (await till.asker.data(app, document, id=bill))["node"] is None
    other = await till.bill()
    over = "update pay_permission set expires_at = now() where resident_id = $1 returning id"
    await till.world.rows(over, till.resident.resident_id)
    assert (await till.asker.data(app, document, id=other))["node"] is None


async def test_a_used_code_opens_nothing_and_is_told_so(till: Till) -> None:
    app, code = payment_app(till), await till.world.present(till.resident, CodePurpose.PAY)
    assert (await till.asker.change(app, OPEN_BILLS, code=code))["userErrors"] == []
    payload = await till.asker.change(app, OPEN_BILLS, code=code)
    assert (payload["payer"], payload["bills"], payload["userErrors"][0]["code"]) == (None, None, "ALREADY_USED")


async def test_a_payment_app_needs_its_scopes(till: Till) -> None:
    app = till.asker.without(payment_app(till), "payment:write")
    answer = await till.asker.whole(app, OPEN_BILLS, input={"code": "x"})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_issuing_takes_so_many_statements(till: Till, statements: list[str]) -> None:
    visit = await till.world.verify(till.hospital, await till.world.present(till.resident))
    await till.issue()
    statements.clear()
    payload = await till.asker.change(
        till.hospital,
        ISSUE_BILL,
        **{"visitId": visit_id(visit), "number": "N-1", "items": ITEMS, "insured": "0", "idempotencyKey": "n-1"},
    )
    assert payload["userErrors"] == []
    # The key, visit, number, bill with its items, ledger, audit, who is told and the workers woken, the key's result, the payload.
    assert len(statements) == 10
