"""Prescriptions through the whole application: the documents that consumers send, who sees what, and what it costs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from domain.enums import CareStep, CodePurpose, PaymentFlow, PaymentMethod
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of, visit_id
from tests.api.prescription_documents import CANCEL, DELEGATE, DISPENSE, ISSUE, MINE, QUEUE, READY, VERIFY
from tests.api.test_scan import scan
from tests.resolvers.pharmacy import Pharmacy, open_pharmacy, prescription_id
from tests.resolvers.world import public

ITEMS = [
    {"code": "A1", "medicine": "阿莫西林胶囊", "dose": "0.5g", "route": "口服", "frequency": "每日三次", "days": 7, "quantity": "2",
     "unit": "盒", "unitPrice": "12.50"},
    {"medicine": "布洛芬缓释胶囊", "dose": "0.3g", "route": "口服", "frequency": "必要时", "days": 3, "quantity": "1.50",
     "unit": "盒", "unitPrice": "10"},
]  # fmt: skip
IN_RECORD = """
query($id: ID) { resident(id: $id) {
  healthRecord(kinds: [PRESCRIPTION], first: 9) { nodes { id institution { name } ... on Prescription { items { medicine } } } }
  healthSummary { medications { medicine dose since } } } }"""


@pytest.fixture
async def pharmacy(asker: Asker) -> Pharmacy:
    flows = {PaymentMethod.ALIPAY: frozenset({PaymentFlow.QR_CODE})}
    asker.world = replace(asker.world, tools=replace(asker.world.tools, payment_flows=flows))
    return await open_pharmacy(asker.world)


def given(pharmacy: Pharmacy, **changes: Any) -> dict[str, Any]:
    assert pharmacy.pharmacy.institution_id is not None
    return {
        "visitId": visit_id(pharmacy.visit),
        "doctorId": pharmacy.doctor,
        "pharmacyId": public("I", pharmacy.pharmacy.institution_id),
        "items": ITEMS,
        "insured": "15.00",
        "idempotencyKey": "k-1",
        **changes,
    }


def errors(payload: Mapping[str, Any]) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


async def verify(asker: Asker, by: Viewer, code: str) -> Any:
    """What the pharmacy is told of who shows the code."""
    payload = await asker.change(by, VERIFY, **scan(code, CareStep.COLLECT_MEDICINE))
    assert payload["userErrors"] == []
    return payload["visit"]


async def test_it_is_issued_once_with_its_bill(asker: Asker, pharmacy: Pharmacy, statements: list[str]) -> None:
    payload = await asker.change(pharmacy.hospital, ISSUE, **given(pharmacy))
    issued = payload["prescription"]
    assert (payload["userErrors"], issued["status"]) == ([], "ISSUED")
    assert [(item["medicine"], item["quantity"]) for item in issued["items"]] == [("阿莫西林胶囊", "2"), ("布洛芬缓释胶囊", "1.5")]
    assert issued["bill"]["id"].startswith("R")  # the letter of bills in base64
    assert await asker.change(pharmacy.hospital, ISSUE, **given(pharmacy)) == payload
    other = await asker.change(pharmacy.hospital, ISSUE, **given(pharmacy, insured="14"))
    assert errors(other) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    statements.clear()
    await asker.change(pharmacy.hospital, ISSUE, **given(pharmacy, idempotencyKey="k-2"))
    # The key (2), visit, doctor, pharmacy, bill, ledger, what is told (2), prescription, audit, and the payload.
    assert len(statements) == 12, statements


async def test_refusals_say_where(asker: Asker, pharmacy: Pharmacy) -> None:
    for changes, code, field in (
        ({"insured": "40.01"}, "AMOUNT_MISMATCH", ["insured"]),
        ({"items": [ITEMS[0], {**ITEMS[1], "unitPrice": "0.001"}]}, "INVALID_INPUT", ["items", "1", "unitPrice"]),
        ({"doctorId": "x"}, "NOT_FOUND", ["doctorId"]),
    ):
        assert errors(await asker.change(pharmacy.hospital, ISSUE, **given(pharmacy, **changes))) == [(code, field)]
    key = await pharmacy.issue()
    unpaid = await asker.data(pharmacy.pharmacy, READY, id=prescription_id(key))
    assert errors(unpaid["markPrescriptionReady"]) == [("BILL_UNPAID", ["prescriptionId"])]
    visit = await pharmacy.collecting()
    ids = {"prescriptionId": prescription_id(key), "visitId": visit_id(visit), "idempotencyKey": "d-1"}
    assert errors(await asker.change(pharmacy.pharmacy, DISPENSE, **ids)) == [("BILL_UNPAID", ["prescriptionId"])]
    await pharmacy.pay(key)
    # A refused try keeps no key.
    assert errors(await asker.change(pharmacy.pharmacy, DISPENSE, **ids)) == [("NOT_READY", ["prescriptionId"])]


async def test_the_resident_sees_what_waits_for_them_in_one_statement(
    asker: Asker, pharmacy: Pharmacy, statements: list[str]
) -> None:
    first, second, gone = await pharmacy.waiting(), await pharmacy.issue(), await pharmacy.issue()
    await pharmacy.cancel(gone)
    await asker.data(pharmacy.resident, MINE, first=2)
    statements.clear()
    found = (await asker.data(pharmacy.resident, MINE, first=2))["resident"]["prescriptions"]
    assert len(statements) == 1
    assert [(node["id"], node["status"], node["bill"]["status"]) for node in found["nodes"]] == [
        (prescription_id(second), "ISSUED", "UNPAID"),
        (prescription_id(first), "READY", "PAID"),
    ]
    assert found["pageInfo"]["hasNextPage"] is True  # the one from elsewhere
    shown = found["nodes"][0]
    assert shown["pharmacy"] == {"name": "市第九人民医院", "address": "莲花路1120号"}
    assert shown["items"][1] == {
        **{"medicine": "布洛芬缓释胶囊", "dose": "0.3g", "route": "口服", "frequency": "必要时", "days": 3},
        **{"quantity": "1.5", "unit": "盒", "dispensed": "0"},
    }


async def test_a_carer_needs_the_scope_and_is_logged(asker: Asker, pharmacy: Pharmacy) -> None:
    with_scope, without, stranger = [await pharmacy.world.resident() for _ in range(3)]
    await pharmacy.world.care_for(pharmacy.resident, with_scope, "PRESCRIPTIONS")
    await pharmacy.world.care_for(pharmacy.resident, without, "CARD", "RECORDS", "BILLS")
    key, patient = await pharmacy.issue(), id_of(pharmacy.resident)
    found = (await asker.data(with_scope, MINE, residentId=patient, first=1))["resident"]["prescriptions"]["nodes"]
    assert [(node["id"], node["bill"]) for node in found] == [(prescription_id(key), None)]
    assert (await asker.data(without, MINE, residentId=patient, first=1))["resident"]["prescriptions"]["nodes"] == []
    assert (await asker.data(stranger, MINE, residentId=patient, first=1))["resident"] is None
    sql = "select kinds from access_log where resident_id = $1 and actor_id = $2"
    seen = await pharmacy.world.rows(sql, pharmacy.resident.resident_id, with_scope.resident_id)
    assert [set(row["kinds"]) >= {"IDENTITY", "PRESCRIPTION"} for row in seen] == [True]
    assert await pharmacy.world.rows(sql, pharmacy.resident.resident_id, stranger.resident_id) == []


async def test_the_pharmacy_sees_its_queue_in_the_order_of_its_time(
    asker: Asker, pharmacy: Pharmacy, statements: list[str]
) -> None:
    keys = [await pharmacy.issue(), await pharmacy.waiting()]
    await pharmacy.cancel(await pharmacy.issue())
    await asker.data(pharmacy.pharmacy, QUEUE, first=9)
    statements.clear()
    found = (await asker.data(pharmacy.pharmacy, QUEUE, first=9))["institution"]["prescriptions"]
    assert len(statements) == 1
    strangers, *ours = found["nodes"]  # another patient's was issued first
    assert strangers["resident"]["id"] != id_of(pharmacy.resident)
    assert [(node["id"], node["status"], node["bill"]["status"]) for node in ours] == [
        (prescription_id(keys[0]), "ISSUED", "UNPAID"),
        (prescription_id(keys[1]), "READY", "PAID"),
    ]
    assert ours[0]["resident"] == {"id": id_of(pharmacy.resident), "fullName": "王小明"}
    page = (await asker.data(pharmacy.pharmacy, QUEUE, first=1))["institution"]["prescriptions"]
    rest = (await asker.data(pharmacy.pharmacy, QUEUE, first=9, after=page["pageInfo"]["endCursor"]))["institution"][
        "prescriptions"
    ]
    assert [node["id"] for node in rest["nodes"]] == [node["id"] for node in ours]
    ready = (await asker.data(pharmacy.pharmacy, QUEUE, first=9, statuses=["READY"]))["institution"]["prescriptions"]
    assert [node["id"] for node in ready["nodes"]] == [prescription_id(keys[1])]
    sql = "select count(*) from access_log where resident_id = $1 and actor_id = $2 and 'PRESCRIPTION' = any(kinds)"
    assert await pharmacy.world.value(sql, pharmacy.resident.resident_id, pharmacy.pharmacy.institution_id) == 4


async def test_nobody_else_sees_a_queue(asker: Asker, pharmacy: Pharmacy) -> None:
    await pharmacy.issue()
    assert pharmacy.pharmacy.institution_id is not None
    place = public("I", pharmacy.pharmacy.institution_id)
    for viewer in (pharmacy.hospital, pharmacy.resident):
        found = (await asker.data(viewer, QUEUE, institutionId=place, first=9))["institution"]["prescriptions"]
        assert found["nodes"] == []


async def test_the_patient_collects_a_part_and_then_the_rest(asker: Asker, pharmacy: Pharmacy, statements: list[str]) -> None:
    key, later = await pharmacy.paid(), await pharmacy.paid()
    ready = (await asker.data(pharmacy.pharmacy, READY, id=prescription_id(key)))["markPrescriptionReady"]
    assert ready == {"prescription": {"id": prescription_id(key), "status": "READY"}, "userErrors": []}
    visit = await verify(asker, pharmacy.pharmacy, await pharmacy.world.present(pharmacy.resident, CodePurpose.COLLECT))
    # What is paid and not ready yet, and what waits elsewhere, is not there to be collected.
    (found,) = visit["prescriptions"]
    assert (found["id"], found["status"]) == (prescription_id(key), "READY")
    assert (visit["delegateName"], visit["resident"]["fullName"], visit["resident"]["sex"]) == (None, "王小明", None)
    part = [{"itemId": found["items"][0]["id"], "quantity": "0.5"}]
    ids = {"prescriptionId": found["id"], "visitId": visit["id"]}
    partly = {**ids, "items": part, "idempotencyKey": "d-1"}
    first = await asker.change(pharmacy.pharmacy, DISPENSE, **partly)
    assert await asker.change(pharmacy.pharmacy, DISPENSE, **partly) == first
    assert (first["prescription"]["status"], [item["dispensed"] for item in first["prescription"]["items"]]) == (
        "PARTLY_DISPENSED",
        ["0.5", "0"],
    )
    statements.clear()
    rest = await asker.change(pharmacy.pharmacy, DISPENSE, **ids, idempotencyKey="d-2")
    # The key (2), resident, prescription, visit, stock, what is handed out, the move, audit, and the payload.
    assert len(statements) == 10, statements
    assert (rest["prescription"]["status"], [item["dispensed"] for item in rest["prescription"]["items"]]) == (
        "DISPENSED",
        ["2", "1.5"],
    )
    again = await asker.change(pharmacy.pharmacy, DISPENSE, **ids, idempotencyKey="d-3")
    assert errors(again) == [("ALREADY_DISPENSED", ["prescriptionId"])]
    assert (await pharmacy.row(later))["status"] == "ISSUED"
    sql = "query($id: ID!) { node(id: $id) { ... on Prescription { dispensings { quantity delegateName item { medicine } } } } }"
    written = (await asker.data(pharmacy.resident, sql, id=found["id"]))["node"]["dispensings"]
    assert sorted(each["quantity"] for each in written) == ["0.5", "1.5", "1.5"]
    assert {each["delegateName"] for each in written} == {None}


async def test_a_delegate_collects_that_alone(asker: Asker, pharmacy: Pharmacy) -> None:
    key, other = await pharmacy.waiting(), await pharmacy.waiting()
    payload = await asker.change(pharmacy.resident, DELEGATE, prescriptionId=prescription_id(key), delegateName="李四")
    assert payload["userErrors"] == []
    assert payload["code"]["svg"].startswith("<?xml") or "<svg" in payload["code"]["svg"]
    visit = await verify(asker, pharmacy.pharmacy, payload["code"]["text"])
    assert (visit["delegateName"], [each["id"] for each in visit["prescriptions"]]) == ("李四", [prescription_id(key)])
    assert (visit["resident"]["fullName"], visit["bills"], visit["appointments"]) == ("王小明", [], [])
    ids = {"visitId": visit["id"], "idempotencyKey": "d-1"}
    refused = await asker.change(pharmacy.pharmacy, DISPENSE, prescriptionId=prescription_id(other), **ids)
    assert errors(refused) == [("INVALID_INPUT", ["visitId"])]
    done = await asker.change(pharmacy.pharmacy, DISPENSE, prescriptionId=prescription_id(key), **ids)
    assert (done["userErrors"], done["prescription"]["status"]) == ([], "DISPENSED")
    again = await asker.change(pharmacy.pharmacy, VERIFY, **scan(payload["code"]["text"], CareStep.COLLECT_MEDICINE))
    assert errors(again)[0][0] in ("REVOKED", "ALREADY_USED")


async def test_it_is_taken_back_with_its_bill(asker: Asker, pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    ids = {"prescriptionId": prescription_id(key), "reason": "开错"}
    payload = await asker.change(pharmacy.hospital, CANCEL, **ids)
    assert (payload["userErrors"], payload["prescription"]["status"]) == ([], "CANCELLED")
    assert payload["prescription"]["bill"]["status"] == "CANCELLED"
    dispensed = await pharmacy.waiting()
    await pharmacy.dispense(dispensed, await pharmacy.collecting())
    ids["prescriptionId"] = prescription_id(dispensed)
    assert errors(await asker.change(pharmacy.hospital, CANCEL, **ids)) == [("ALREADY_DISPENSED", ["prescriptionId"])]


async def test_it_stands_in_the_record_and_whoever_treats_sees_what_is_taken(asker: Asker, pharmacy: Pharmacy) -> None:
    key, gone = await pharmacy.issue(), await pharmacy.issue()
    await pharmacy.cancel(gone)
    mine = (await asker.data(pharmacy.resident, IN_RECORD))["resident"]
    assert mine["healthRecord"]["nodes"][0]["id"] == prescription_id(key)
    assert len(mine["healthRecord"]["nodes"]) == 2  # with the one from elsewhere
    assert len(mine["healthSummary"]["medications"]) == 4
    doctor, patient = await pharmacy.world.institution(), id_of(pharmacy.resident)
    assert (await asker.data(doctor, IN_RECORD, id=patient))["resident"] is None
    code = await pharmacy.world.present(pharmacy.resident, CodePurpose.RECORDS)
    await pharmacy.world.verify(doctor, code, CareStep.PRESCRIBE)
    seen = (await asker.data(doctor, IN_RECORD, id=patient))["resident"]
    assert len(seen["healthRecord"]["nodes"]) == 2
    assert {each["medicine"] for each in seen["healthSummary"]["medications"]} == {"阿莫西林胶囊", "布洛芬缓释胶囊"}
