"""Stays in hospital through the whole application, providers included: the documents that hospitals and residents send, who sees
what, and what it costs."""

import pytest

from domain.viewer import Viewer
from tests.api.asking import id_of
from tests.api.inpatients import Ward, cny, errors, line, today
from tests.api.stay_documents import (
    ADD_CHARGES,
    ADMISSIONS,
    CHARGES,
    DISCHARGE,
    IN_RECORD,
    INPATIENTS,
    MONEY,
    REQUEST_DEPOSIT,
    TRANSFER,
)
from tests.support.market import Market


@pytest.fixture
async def ward(market: Market) -> Ward:
    """Somebody has paid 500.00; beside them lies somebody else, who was charged."""
    hospital = await market.world.institution()
    other, ward = [Ward(market, hospital, await market.world.resident()) for _ in range(2)]
    for each in (other, ward):
        assert errors(await each.admit()) == []
        await each.pay(await each.first_deposit())
    await other.charge("2")
    return ward


async def test_a_stay_from_admission_to_the_refund(ward: Ward) -> None:
    again = Ward(ward.market, ward.hospital, await ward.market.world.resident())
    payload = await again.admit(deposit="300.50")
    stay = payload["admission"]
    assert (stay["status"], stay["ward"], stay["bed"]) == ("ADMITTED", "心内科 3 病区", "12")
    assert [(bill["status"], bill["selfPaid"]) for bill in stay["depositBills"]] == [("UNPAID", cny("300.50"))]
    moved = await ward.change(TRANSFER, ward="外科", bed="3")
    assert (moved["admission"], moved["userErrors"]) == ({"id": ward.id, "ward": "外科", "bed": "3"}, [])
    deposit = await ward.change(REQUEST_DEPOSIT, amount="200")
    assert (deposit["bill"]["status"], deposit["bill"]["selfPaid"]) == ("UNPAID", cny("200.00"))
    await ward.pay(deposit["bill"]["id"])
    charged = await ward.charge("1", "2.5")
    assert charged["admission"]["balance"] == cny("350.00")
    assert [(one["quantity"], one["amount"]) for one in charged["admission"]["charges"]["nodes"]] == [
        ("2.5", cny("250.00")),
        ("1", cny("100.00")),
    ]
    done = await ward.change(DISCHARGE, insured="50", summary="好转，一周后复查")
    assert done["userErrors"] == []
    stay = done["admission"]
    assert (stay["status"], stay["balance"]) == ("DISCHARGED", cny("0.00"))
    assert {name: stay["finalBill"][name] for name in ("status", "total", "insured", "selfPaid")} == {
        "status": "PAID",
        "total": cny("350.00"),
        "insured": cny("50.00"),
        "selfPaid": cny("300.00"),
    }
    assert sorted((one["status"], one["amount"]["amount"]) for one in stay["depositRefunds"]) == [
        ("PENDING", "200.00"),
        ("PENDING", "200.00"),
    ]
    await ward.market.work()
    document = "query($id: ID!) { node(id: $id) { ... on Admission { depositRefunds { status } } } }"
    data = await ward.asker.data(ward.resident, document, id=ward.id)
    assert data["node"]["depositRefunds"] == [{"status": "SUCCEEDED"}] * 2
    assert await ward.market.differences(ward.resident) == []


async def test_what_a_stay_costs_more_is_paid_as_a_bill(ward: Ward) -> None:
    await ward.charge("7")
    done = await ward.change(DISCHARGE, insured="0", summary="好转")
    stay = done["admission"]
    assert (stay["finalBill"]["status"], stay["balance"], stay["depositRefunds"]) == ("UNPAID", cny("-200.00"), [])
    bill = stay["finalBill"]["id"]
    payment = await ward.market.started(ward.resident, bill)
    assert (await ward.market.payment(ward.resident, payment))["amount"] == cny("200.00")
    assert (await ward.asker.data(ward.resident, MONEY, id=ward.id))["node"]["finalBill"] == {
        "id": bill,
        "deposited": {"amount": "500.00"},
        "payable": {"amount": "200.00"},
    }
    await ward.market.work()
    await ward.market.pay(ward.resident, payment)
    await ward.market.work()
    nodes = (await ward.asker.data(ward.resident, ADMISSIONS, first=1))["resident"]["admissions"]["nodes"]
    assert (nodes[0]["finalBill"]["status"], nodes[0]["balance"]) == ("PAID", cny("0.00"))
    assert await ward.market.differences(ward.resident) == []


async def test_the_same_key_is_one_discharge_and_another_is_refused(ward: Ward) -> None:
    given = {"insured": "0", "summary": "好转", "idempotencyKey": "k-1"}
    first = await ward.change(DISCHARGE, **given)
    again = await ward.change(DISCHARGE, **given)
    assert (first["userErrors"], again) == ([], first)
    other = await ward.change(DISCHARGE, **{**given, "idempotencyKey": "k-2"})
    assert errors(other) == [("WRONG_STATE", ["admissionId"])]


async def test_refusals_say_where(ward: Ward) -> None:
    await ward.charge("1")
    for document, changes, code, field in (
        (REQUEST_DEPOSIT, {"amount": "0"}, "INVALID_INPUT", ["amount"]),
        (ADD_CHARGES, {"charges": [line("1"), line("-2.5")]}, "INVALID_INPUT", ["charges", "1", "quantity"]),
        (ADD_CHARGES, {"charges": [line("1", "2020-01-01")]}, "INVALID_INPUT", ["charges", "0", "chargedOn"]),
        (DISCHARGE, {"insured": "100.01", "summary": "x"}, "AMOUNT_MISMATCH", ["insured"]),
        (DISCHARGE, {"insured": "1", "summary": " "}, "INVALID_INPUT", ["summary"]),
        (TRANSFER, {"ward": "", "bed": "1"}, "INVALID_INPUT", ["ward"]),
        (TRANSFER, {"ward": "a", "bed": "1", "admissionId": "x"}, "NOT_FOUND", ["admissionId"]),
    ):
        assert errors(await ward.change(document, **changes)) == [(code, field)]
    assert errors(await ward.admit()) == [("WRONG_STATE", None)]
    clinic = Ward(ward.market, await ward.market.world.institution(accepts_inpatient=False), ward.resident)
    assert errors(await clinic.admit()) == [("NOT_ACCEPTED_HERE", None)]


async def test_a_hospital_needs_its_scopes(ward: Ward) -> None:
    given = {"admissionId": ward.id, "ward": "a", "bed": "1"}
    for scope in ("admission:write", "record:read"):
        answer = await ward.asker.whole(ward.asker.without(ward.hospital, scope), TRANSFER, input=given)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    without = ward.asker.without(ward.hospital, "bill:read")
    assert (await ward.asker.change(without, TRANSFER, **given))["userErrors"] == []
    answer = await ward.asker.whole(without, MONEY, id=ward.id)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_hospital_lists_its_inpatients(ward: Ward, statements: list[str]) -> None:
    await ward.asker.data(ward.hospital, INPATIENTS, first=1)
    statements.clear()
    page = (await ward.asker.data(ward.hospital, INPATIENTS, first=1))["institution"]["admissions"]
    assert len(statements) == 1
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    (node,) = page["nodes"]
    assert (node["id"], node["balance"], node["resident"]["id"]) == (ward.id, cny("500.00"), id_of(ward.resident))
    assert node["resident"]["sex"] is not None
    assert node["resident"]["birthDate"] is not None
    rest = await ward.asker.data(ward.hospital, INPATIENTS, first=5, after=page["pageInfo"]["endCursor"])
    assert [node["balance"]["amount"] for node in rest["institution"]["admissions"]["nodes"]] == ["300.00"]
    await ward.change(DISCHARGE, insured="0", summary="好转")
    page = (await ward.asker.data(ward.hospital, INPATIENTS, first=1))["institution"]["admissions"]
    assert page["totalCount"] == 1
    gone = (await ward.asker.data(ward.hospital, INPATIENTS, statuses=["DISCHARGED"], first=9))["institution"]["admissions"]
    assert [node["id"] for node in gone["nodes"]] == [ward.id]
    place = (await ward.asker.data(ward.hospital, "{ institution { id } }"))["institution"]["id"]
    for viewer in (await ward.market.world.institution(), ward.resident):
        data = await ward.asker.data(viewer, INPATIENTS, institutionId=place, first=5)
        assert data["institution"]["admissions"]["nodes"] == []


async def test_who_lies_there_is_known_until_the_discharge(ward: Ward) -> None:
    end = "update visit set expires_at = now() - interval '1 hour' where resident_id = $1 returning id"
    await ward.market.world.rows(end, ward.resident.resident_id)
    seen = (await ward.asker.data(ward.hospital, IN_RECORD, id=id_of(ward.resident)))["resident"]
    assert (seen["fullName"], seen["documentNumberMasked"], seen["phoneMasked"]) == ("王小明", None, None)
    assert seen["sex"] is not None
    assert [node["id"] for node in seen["healthRecord"]["nodes"]] == [ward.id]
    await ward.change(DISCHARGE, insured="0", summary="好转")
    assert (await ward.asker.data(ward.hospital, IN_RECORD, id=id_of(ward.resident)))["resident"] is None


async def test_the_resident_sees_the_stay_and_the_daily_list_in_one_statement_each(ward: Ward, statements: list[str]) -> None:
    await ward.charge("1", "2")
    for _ in range(2):
        statements.clear()
        data = await ward.asker.data(ward.resident, ADMISSIONS, statuses=["ADMITTED"], first=2)
        assert len(statements) == 1
    (stay,) = data["resident"]["admissions"]["nodes"]
    assert (stay["id"], stay["balance"], stay["finalBill"]) == (ward.id, cny("200.00"), None)
    assert stay["institution"] == {"name": "市第九人民医院"}
    assert [bill["status"] for bill in stay["depositBills"]] == ["PAID"]
    data = await ward.asker.data(ward.resident, ADMISSIONS, statuses=["DISCHARGED"], first=2)
    assert data["resident"]["admissions"]["nodes"] == []
    for _ in range(2):
        statements.clear()
        page = (await ward.asker.data(ward.resident, CHARGES, admissionId=ward.id, date=today(), first=1))["node"]["charges"]
        assert len(statements) == 1
    assert page["nodes"] == [{"chargedOn": today(), "name": "床位费", "quantity": "2", "amount": cny("200.00")}]
    after = page["pageInfo"]["endCursor"]
    rest = (await ward.asker.data(ward.resident, CHARGES, admissionId=ward.id, first=5, after=after))["node"]["charges"]
    assert [node["quantity"] for node in rest["nodes"]] == ["1"]
    other = (await ward.asker.data(ward.resident, CHARGES, admissionId=ward.id, date="2020-01-01", first=5))["node"]["charges"]
    assert other["nodes"] == []


async def test_carers_see_the_stay_with_records_and_its_money_with_bills(ward: Ward) -> None:
    await ward.charge("4.5")
    patient = {"residentId": id_of(ward.resident)}

    async def carer(*scopes: str) -> Viewer:
        viewer = await ward.market.world.resident()
        await ward.market.world.care_for(ward.resident, viewer, *scopes)
        return viewer

    both, records, money = await carer("RECORDS", "BILLS"), await carer("RECORDS"), await carer("BILLS")
    seen = (await ward.asker.data(both, MONEY, id=ward.id))["node"]
    assert (seen["balance"], seen["depositLow"], seen["charges"]["totalCount"]) == ({"amount": "50.00"}, True, 1)
    assert [bill["deposited"] for bill in seen["depositBills"]] == [{"amount": "0.00"}]
    hidden = (await ward.asker.data(records, MONEY, id=ward.id))["node"]
    assert (hidden["balance"], hidden["depositLow"], hidden["charges"]["nodes"], hidden["depositBills"]) == (None, None, [], [])
    stays = (await ward.asker.data(records, ADMISSIONS, **patient, first=5))["resident"]["admissions"]["nodes"]
    assert [(stay["id"], stay["ward"], stay["balance"]) for stay in stays] == [(ward.id, "心内科 3 病区", None)]
    assert (await ward.asker.data(money, MONEY, id=ward.id))["node"] is None
    assert (await ward.asker.data(money, ADMISSIONS, **patient, first=5))["resident"]["admissions"]["nodes"] == []
    stranger = await ward.market.world.resident()
    assert (await ward.asker.data(stranger, ADMISSIONS, **patient, first=5))["resident"] is None


async def test_another_hospital_sees_the_stay_by_consent_and_its_money_not(ward: Ward) -> None:
    other = await ward.market.world.institution()
    assert (await ward.asker.data(other, MONEY, id=ward.id))["node"] is None
    await ward.market.world.rows(
        "insert into consent (resident_id, id, institution_id, kinds, granted_at, expires_at)"
        " values ($1, gen_random_uuid(), $2, '{ADMISSION}', now(), now() + interval '1 day') returning id",
        ward.resident.resident_id,
        other.institution_id,
    )
    nodes = (await ward.asker.data(other, IN_RECORD, id=id_of(ward.resident)))["resident"]["healthRecord"]["nodes"]
    assert [(node["id"], node["ward"], node["balance"]) for node in nodes] == [(ward.id, "心内科 3 病区", None)]
    hidden = (await ward.asker.data(other, MONEY, id=ward.id))["node"]
    assert (hidden["charges"]["nodes"], hidden["depositBills"], hidden["finalBill"]) == ([], [], None)


async def test_each_change_takes_so_many_statements(ward: Ward, statements: list[str]) -> None:
    deposit = await ward.change(REQUEST_DEPOSIT, amount="1")
    payload = await ward.charge("1")
    assert payload["userErrors"] == []
    await ward.change(TRANSFER, ward="a", bed="1")
    counts = {}
    for name, document, given in (
        # The lock and the stay, the move, audit, the payload.
        ("transfer", TRANSFER, {"ward": "b", "bed": "1"}),
        # The key (2), the lock and the stay, bill, ledger, audit, who is told and the workers woken, the payload.
        ("deposit", REQUEST_DEPOSIT, {"amount": "2"}),
        # The key (2), the lock and the stay, what was charged before, the sum and the lines, audit, deposits, the payload.
        ("charge", ADD_CHARGES, {"charges": [line("1"), line("-0.5")]}),
    ):
        statements.clear()
        assert errors(await ward.change(document, **given)) == []
        counts[name] = len(statements)
    assert deposit["userErrors"] == []
    assert counts == {"transfer": 5, "deposit": 10, "charge": 10}


async def test_admitting_takes_so_many_statements(ward: Ward, statements: list[str]) -> None:
    other = Ward(ward.market, ward.hospital, await ward.market.world.resident())
    statements.clear()
    assert errors(await other.admit()) == []
    # The key (2), visit, institution, lock, stay, audit, who is told and the workers woken; bill, ledger, audit, who is told and
    # the workers woken; the payload.
    assert len(statements) == 15


async def test_discharging_takes_so_many_statements(ward: Ward, statements: list[str]) -> None:
    await ward.charge("1")
    statements.clear()
    assert errors(await ward.change(DISCHARGE, insured="0", summary="好转")) == []
    # The key (2), the lock and the stay, unpaid deposits, paid ones, what was charged, the bill and its posting, audit, what is
    # spent and its posting, the discharge, audit; the refund (lock, payment, part, two reservations, number, row, posting, the job
    # and the workers woken, audit), who is told, the payload.
    assert len(statements) == 28
