"""Family doctors through the whole application: the documents that consumers send, who sees what, and what it costs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.family_doctors import year_from
from domain.times import shanghai_day, to_text
from tests.api.asking import Asker, id_of
from tests.api.family_doctor_documents import DECIDE, END, MINE, PUBLISH, QUEUE, RECORD, RENEW, SIGN_UP, TEAMS
from tests.resolvers.practice import Practice, agreement_id, open_practice
from tests.resolvers.world import public

PACKAGES = [
    {"code": "B", "name": "基础服务包", "annualFee": "0", "services": [{"name": "年度体检", "promised": 1}]},
    {"code": "E", "name": "老年人服务包", "annualFee": "120.00", "services": [{"name": "血压测量", "promised": 12}]},
]


@pytest.fixture
async def practice(asker: Asker) -> Practice:
    return await open_practice(asker.world)


def errors(payload: Mapping[str, Any]) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def request(practice: Practice, *codes: str, **changes: Any) -> dict[str, Any]:
    ids = [public("b", practice.packages[code]) for code in codes or ("B", "E")]
    return {"teamId": public("t", practice.team), "packageIds": ids, **changes}


def team(practice: Practice, **changes: Any) -> dict[str, Any]:
    leader = public("H", practice.hospital.doctors["M1"])
    return {"code": "T2", "name": "二队", "leaderId": leader, "capacity": 5, "packages": PACKAGES, **changes}


async def test_an_institution_publishes_a_team(asker: Asker, practice: Practice, statements: list[str]) -> None:
    payload = await asker.change(practice.centre, PUBLISH, **team(practice))
    assert (payload["userErrors"], payload["team"]["capacity"], payload["team"]["openPlaces"]) == ([], 5, 5)
    assert [each["name"] for each in payload["team"]["packages"]] == ["基础服务包", "老年人服务包"]
    statements.clear()
    assert await asker.change(practice.centre, PUBLISH, **team(practice)) == payload
    # The institution's lock, team, leader, its packages' ids and what it offers, and the payload.
    assert len(statements) == 6, statements
    statements.clear()
    await asker.change(practice.centre, PUBLISH, **team(practice, capacity=6, packages=PACKAGES[:1]))
    # The same, the team, what it offers from now on (3), and audit.
    assert len(statements) == 11, statements
    smaller = team(practice, code="T1", capacity=1)
    assert errors(await asker.change(practice.centre, PUBLISH, **smaller)) == [("CONFLICT", ["capacity"])]
    wrong = team(practice, packages=[{**PACKAGES[1], "annualFee": "-1"}])
    assert errors(await asker.change(practice.centre, PUBLISH, **wrong)) == [("INVALID_INPUT", ["packages", "0", "annualFee"])]


async def test_anyone_finds_a_team_in_one_statement(asker: Asker, practice: Practice, statements: list[str]) -> None:
    district = f"区{practice.team.hex}"
    await practice.world.rows("update institution set district = $2 where id = $1", practice.centre.institution_id, district)
    await practice.publish(code="A9", name="九队", packages=[{**PACKAGES[1], "annual_fee": 3}])
    await asker.data(None, TEAMS, district=district, first=1)
    statements.clear()
    page = (await asker.data(None, TEAMS, district=district, first=1))["familyDoctorTeams"]
    assert len(statements) == 1
    (first,) = page["nodes"]
    assert first["packages"][0]["annualFee"] == {"amount": "3.00", "currency": "CNY"}
    assert page["pageInfo"]["hasNextPage"] is True
    rest = (await asker.data(None, TEAMS, district=district, first=9, after=page["pageInfo"]["endCursor"]))["familyDoctorTeams"]
    (second,) = rest["nodes"]
    assert second == {
        "id": public("t", practice.team),
        "name": "李慧团队",
        "leader": {"name": "李慧", "title": "主任医师"},
        "institution": {"name": "市第九人民医院", "address": "莲花路1120号"},
        "capacity": 10,
        "openPlaces": 8,
        "packages": second["packages"],
    }
    assert [each["services"] for each in second["packages"]] == [
        [{"name": "年度体检", "promised": 1}, {"name": "上门随访", "promised": 4}],
        [{"name": "血压测量", "promised": 12}, {"name": "上门随访", "promised": 2}],
    ]
    here = "query($id: ID) { familyDoctorTeams(institutionId: $id, first: 9) { nodes { name } } }"
    assert practice.centre.institution_id is not None
    found = await asker.data(None, here, id=public("I", practice.centre.institution_id))
    assert [each["name"] for each in found["familyDoctorTeams"]["nodes"]] == ["九队", "李慧团队"]


async def test_a_request_is_decided(asker: Asker, practice: Practice) -> None:
    payload = await asker.change(practice.resident, SIGN_UP, **request(practice))
    asked = payload["agreement"]
    assert (payload["userErrors"], asked["status"], asked["startsOn"], asked["team"]) == (
        [],
        "REQUESTED",
        None,
        {"name": "李慧团队"},
    )
    assert [each["name"] for each in asked["packages"]] == ["基础服务包", "老年人服务包"]
    assert await asker.change(practice.resident, SIGN_UP, **request(practice)) == payload
    decided = await asker.change(practice.centre, DECIDE, agreementId=asked["id"], accept=True)
    decided_at = await practice.world.value(
        "select decided_at from family_doctor_agreement where status = 'ACTIVE' and resident_id = $1", practice.resident.resident_id
    )
    first, last = year_from(shanghai_day(decided_at))
    days = {"startsOn": first.isoformat(), "endsOn": last.isoformat()}
    assert decided == {"agreement": {"id": asked["id"], "status": "ACTIVE", **days}, "userErrors": []}


async def test_a_year_is_served_renewed_and_ended(asker: Asker, practice: Practice, statements: list[str]) -> None:
    key = await practice.signed("B", "E")
    id, first_day = agreement_id(key), (await practice.row(key))["starts_on"]
    served = {"agreementId": id, "service": "上门随访", "idempotencyKey": "s-1"}
    first = await asker.change(practice.centre, RECORD, **served)
    assert await asker.change(practice.centre, RECORD, **served) == first
    assert {"name": "上门随访", "promised": 6, "delivered": 1} in first["agreement"]["services"]
    renewed = (await asker.change(practice.resident, RENEW, agreementId=id))["agreement"]
    _, last = year_from(year_from(first_day)[1] + timedelta(days=1))
    assert (renewed["status"], renewed["endsOn"]) == ("ACTIVE", last.isoformat())
    statements.clear()
    mine = (await asker.data(practice.resident, MINE))["resident"]["familyDoctorAgreement"]
    assert len(statements) == 1
    assert (mine["bill"]["status"], mine["team"]["leader"], mine["endsOn"]) == ("UNPAID", {"name": "李慧"}, renewed["endsOn"])
    # Of the year that runs.
    assert [(each["name"], each["promised"], each["delivered"]) for each in mine["services"]] == [
        ("年度体检", 1, 0),
        ("上门随访", 6, 1),
        ("血压测量", 12, 0),
    ]
    assert mine["services"][1]["lastDeliveredAt"] is not None
    ended = (await asker.change(practice.resident, END, agreementId=id, reason="搬家"))["agreement"]
    day = shanghai_day((await practice.row(key))["ended_at"])
    assert (ended["status"], ended["endsOn"]) == ("ENDED", day.isoformat())
    assert (await asker.data(practice.resident, MINE))["resident"]["familyDoctorAgreement"]["bill"]["status"] == "CANCELLED"


async def test_what_each_change_costs(asker: Asker, practice: Practice, statements: list[str]) -> None:
    other = Practice(practice.world, practice.hospital, await practice.world.resident(), practice.team, practice.packages)
    for each in (practice, other):  # the first time some statements are prepared
        await asker.data(each.resident, "{ me { id } }")  # with the token, which is looked up once
        statements.clear()
        asked = (await asker.change(each.resident, SIGN_UP, **request(practice)))["agreement"]
        signing = len(statements)
        statements.clear()
        await asker.change(practice.centre, DECIDE, agreementId=asked["id"], accept=True)
        deciding = len(statements)
        statements.clear()
        await asker.change(practice.centre, RECORD, agreementId=asked["id"], service="上门随访", idempotencyKey=asked["id"])
        serving = len(statements)
        statements.clear()
        await asker.change(each.resident, RENEW, agreementId=asked["id"])
        renewing = len(statements)
        statements.clear()
        await asker.change(each.resident, END, agreementId=asked["id"], reason="搬家")
        ending = len(statements)
    # Resident, team, what stands, what is offered, the request with its place, audit, and the payload.
    assert signing == 7
    # Resident, agreement, fees, bill, ledger, what is told (2) of it, the decision, audit, what is told (2), and the payload.
    assert deciding == 12
    # The key (2), resident, agreement, years, the service, audit, what is told (2), and the payload.
    assert serving == 10
    # Resident, agreement, years, packages, what is offered, bill, ledger, what is told (2), the year (2), audit, and the payload.
    assert renewing == 13
    # Resident, agreement, years, the bill of the year to come, ledger, the end with its place, audit, and the payload.
    assert ending == 8


async def test_refusals_say_where(asker: Asker, practice: Practice) -> None:
    for changes, code, field in (
        ({"packageIds": []}, "INVALID_INPUT", ["packageIds"]),
        ({"packageIds": ["x"]}, "NOT_FOUND", ["packageIds", "0"]),
        ({"teamId": "x"}, "NOT_FOUND", ["teamId"]),
        ({"residentId": "x"}, "NOT_FOUND", ["residentId"]),
    ):
        assert errors(await asker.change(practice.resident, SIGN_UP, **request(practice, **changes))) == [(code, field)]
    key = await practice.ask("E")
    assert errors(await asker.change(practice.resident, SIGN_UP, **request(practice, "B"))) == [("ALREADY_SIGNED", None)]
    await practice.publish(capacity=await practice.taken())
    late = await practice.world.resident()
    assert errors(await asker.change(late, SIGN_UP, **request(practice))) == [("TEAM_FULL", ["teamId"])]
    unknown = {"agreementId": agreement_id(key), "service": "唱歌", "idempotencyKey": "s-1"}
    assert errors(await asker.change(practice.centre, RECORD, **unknown)) == [("WRONG_STATE", ["agreementId"])]
    await practice.decide(key)
    assert errors(await asker.change(practice.centre, RECORD, **unknown)) == [("INVALID_INPUT", ["service"])]
    declined = {"agreementId": agreement_id(key), "accept": False}
    assert errors(await asker.change(practice.centre, DECIDE, **declined)) == [("WRONG_STATE", ["agreementId"])]
    elsewhere = await practice.world.institution()
    assert errors(await asker.change(elsewhere, DECIDE, **declined)) == [("NOT_FOUND", ["agreementId"])]
    assert errors(await asker.change(elsewhere, END, agreementId=agreement_id(key), reason="x")) == [("NOT_FOUND", ["agreementId"])]


async def test_the_institution_sees_who_asks_in_the_order_of_their_time(
    asker: Asker, practice: Practice, statements: list[str]
) -> None:
    key = await practice.ask("B", "E")
    await asker.data(practice.centre, QUEUE, first=9)
    statements.clear()
    found = (await asker.data(practice.centre, QUEUE, first=9))["institution"]["familyDoctorAgreements"]
    assert len(statements) == 1
    other, ours = found["nodes"]
    assert (found["totalCount"], other["packages"], ours["id"]) == (2, [{"name": "基础服务包"}], agreement_id(key))
    assert ours["resident"] == {
        "id": id_of(practice.resident),
        "fullName": "王小明",
        "birthDate": ours["resident"]["birthDate"],
    }
    assert ours["resident"]["birthDate"] is not None
    assert [(each["name"], each["promised"], each["delivered"]) for each in ours["services"]] == [
        ("年度体检", 1, 0),
        ("上门随访", 6, 0),
        ("血压测量", 12, 0),
    ]
    page = (await asker.data(practice.centre, QUEUE, first=1))["institution"]["familyDoctorAgreements"]
    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([other], True)
    rest = await asker.data(practice.centre, QUEUE, first=9, after=page["pageInfo"]["endCursor"])
    assert rest["institution"]["familyDoctorAgreements"]["nodes"] == [ours]
    active = (await asker.data(practice.centre, QUEUE, first=9, statuses=["ACTIVE"]))["institution"]["familyDoctorAgreements"]
    assert [node["status"] for node in active["nodes"]] == ["ACTIVE"]
    seen = "select count(*) from access_log where resident_id = $1 and actor_id = $2 and kinds @> '{AGREEMENT,IDENTITY}'"
    assert await practice.world.value(seen, practice.resident.resident_id, practice.centre.institution_id) == 3


async def test_nobody_else_sees_who_asks(asker: Asker, practice: Practice) -> None:
    await practice.ask()
    assert practice.centre.institution_id is not None
    place = public("I", practice.centre.institution_id)
    for viewer in (practice.resident, await practice.world.institution()):
        found = (await asker.data(viewer, QUEUE, institutionId=place, first=9))["institution"]["familyDoctorAgreements"]
        assert (found["nodes"], found["totalCount"]) == ([], 0)


async def test_the_institution_knows_the_resident_for_as_long_as_it_is_signed(asker: Asker, practice: Practice) -> None:
    document = """query($id: ID) { resident(id: $id) { fullName sex birthDate documentNumberMasked phoneMasked } }"""
    patient = id_of(practice.resident)
    assert (await asker.data(practice.centre, document, id=patient))["resident"] is None
    key = await practice.ask()
    for _ in range(2):
        seen = (await asker.data(practice.centre, document, id=patient))["resident"]
        assert (seen["fullName"], seen["documentNumberMasked"], seen["phoneMasked"]) == ("王小明", None, None)
        assert None not in (seen["sex"], seen["birthDate"])
        await practice.decide(key)
    await practice.end(key)
    assert (await asker.data(practice.centre, document, id=patient))["resident"] is None
    # What was agreed stays with the institution, without the person.
    ended = (await asker.data(practice.centre, QUEUE, first=9, statuses=["ENDED"]))["institution"]["familyDoctorAgreements"]
    assert [(node["id"], node["resident"]) for node in ended["nodes"]] == [(agreement_id(key), None)]


async def test_a_carer_needs_the_scope_and_is_logged(asker: Asker, practice: Practice) -> None:
    key = await practice.signed("E")
    with_scope, without, stranger = [await practice.world.resident() for _ in range(3)]
    await practice.world.care_for(practice.resident, with_scope, "FAMILY_DOCTOR")
    await practice.world.care_for(practice.resident, without, "CARD", "RECORDS", "BILLS", "PRESCRIPTIONS")
    patient = id_of(practice.resident)
    found = (await asker.data(with_scope, MINE, residentId=patient))["resident"]["familyDoctorAgreement"]
    assert (found["id"], found["bill"], len(found["services"])) == (agreement_id(key), None, 2)
    assert (await asker.data(without, MINE, residentId=patient))["resident"] == {"familyDoctorAgreement": None}
    assert (await asker.data(stranger, MINE, residentId=patient))["resident"] is None
    sql = "select kinds from access_log where resident_id = $1 and actor_id = $2"
    (logged,) = await practice.world.rows(sql, practice.resident.resident_id, with_scope.resident_id)
    assert set(logged["kinds"]) >= {"IDENTITY", "AGREEMENT"}
    by_carer = await asker.change(with_scope, END, agreementId=agreement_id(key), reason="代为终止")
    assert (by_carer["userErrors"], by_carer["agreement"]["status"]) == ([], "ENDED")
    refused = await asker.change(without, SIGN_UP, **request(practice, residentId=patient))
    assert errors(refused) == [("FORBIDDEN", ["residentId"])]


async def test_what_came_of_it_can_be_read(asker: Asker, practice: Practice) -> None:
    declined = await practice.decide(await practice.ask(), accept=False, reason="名额已满")
    document = """query($id: ID!) { node(id: $id) { ... on FamilyDoctorAgreement {
      status requestedAt decidedAt decisionReason endedAt endReason
      bill { id } institution { name } packages { code offered } } } }"""
    found = (await asker.data(practice.resident, document, id=agreement_id(declined)))["node"]
    assert found["decidedAt"] == to_text((await practice.row(declined))["decided_at"])
    assert (found["status"], found["decisionReason"], found["endedAt"], found["bill"]) == ("DECLINED", "名额已满", None, None)
    assert (found["institution"], found["packages"]) == ({"name": "市第九人民医院"}, [{"code": "E", "offered": True}])
    ended = await practice.end(await practice.ask(), reason="选错了")
    found = (await asker.data(practice.centre, document, id=agreement_id(ended)))["node"]
    assert (found["status"], found["endReason"]) == ("ENDED", "选错了")


async def test_without_the_scope_nothing_is_asked_or_changed(asker: Asker, practice: Practice) -> None:
    for viewer, document, given in (
        (asker.without(practice.resident, "agreement:read"), MINE, {}),
        (asker.without(practice.centre, "agreement:read"), QUEUE, {"first": 1}),
        (asker.without(practice.resident, "agreement:write"), SIGN_UP, {"input": request(practice)}),
        (asker.without(practice.centre, "agreement:write"), PUBLISH, {"input": team(practice)}),
    ):
        (error,) = (await asker.whole(viewer, document, **given))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
