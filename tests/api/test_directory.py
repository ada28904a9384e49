"""A hospital publishes its doctors and schedules; anyone looks for a slot."""

from datetime import timedelta
from typing import Any

import pytest

from domain.times import shanghai_day, to_text
from tests.api.asking import Asker
from tests.api.hospital_documents import (
    DIRECTORY,
    DOCTORS,
    PUBLISH_DIRECTORY,
    PUBLISH_SCHEDULE,
    SCHEDULE,
    SLOTS,
    WITHDRAW,
)
from tests.resolvers.hospital import Hospital, new_hospital, session
from tests.resolvers.world import public

DEPARTMENTS = [{"code": "D1", "name": "心内科"}, {"code": "D2", "name": "儿科"}]
DOCTOR = {"code": "M1", "name": "李慧", "title": "主任医师", "departmentCode": "D1"}
SCHEDULED = {"slotMinutes": 30, "capacity": 2, "fee": "12.50"}


@pytest.fixture
async def hospital(asker: Asker) -> Hospital:
    return await new_hospital(asker.world)


def at(hospital: Hospital, **away: float) -> Any:
    return hospital.world.now.replace(microsecond=0) + timedelta(**away)


def days(hospital: Hospital, **away: float) -> dict[str, str]:
    day = shanghai_day(at(hospital, **away)).isoformat()
    return {"from": day, "to": day}


async def test_a_directory_is_published_and_read_by_anyone(asker: Asker) -> None:
    hospital, other = await asker.world.institution(), await asker.world.institution()
    nurse = {**DOCTOR, "code": "M0", "name": "赵敏", "active": False}
    for who in (other, hospital):
        payload = await asker.change(who, PUBLISH_DIRECTORY, departments=DEPARTMENTS, doctors=[DOCTOR, nurse])
        assert payload["userErrors"] == []
    assert [(one["code"], [d["code"] for d in one["doctors"]]) for one in payload["departments"]] == [("D1", ["M1"]), ("D2", [])]
    own = (await asker.data(hospital, DIRECTORY))["institution"]
    assert own["departments"] == payload["departments"]
    assert (await asker.data(None, DIRECTORY, institutionId=own["id"]))["institution"] == own
    refused = await asker.change(hospital, PUBLISH_DIRECTORY, departments=[], doctors=[{**DOCTOR, "departmentCode": "D7"}])
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [
        ("NOT_FOUND", ["doctors", "0", "departmentCode"])
    ]
    hidden = await asker.change(hospital, PUBLISH_DIRECTORY, departments=[{**DEPARTMENTS[0], "active": False}], doctors=[])
    assert hidden["departments"][0]["doctors"] == []
    assert [one["code"] for one in (await asker.data(hospital, DIRECTORY))["institution"]["departments"]] == ["D2"]


async def test_only_who_may_publish_publishes(asker: Asker, hospital: Hospital) -> None:
    given: dict[str, Any] = {"departments": [], "doctors": []}
    for viewer, code in (
        (None, "UNAUTHENTICATED"),
        (await asker.world.resident(), "FORBIDDEN"),
        (asker.without(hospital.viewer, "directory:write"), "FORBIDDEN"),
    ):
        answer = await asker.whole(viewer, PUBLISH_DIRECTORY, input=given)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_doctors_are_found_by_text_and_place(asker: Asker, hospital: Hospital, statements: list[str]) -> None:
    institution, department = public("I", hospital.id), public("D", hospital.departments["D2"])

    async def found(**given: str) -> list[str]:
        nodes = (await asker.data(None, DOCTORS, filter=given, first=50))["doctors"]["nodes"]
        assert all(node["institution"]["id"] == institution for node in nodes)
        return [node["name"] for node in nodes]

    assert await found(institutionId=institution) == ["李慧", "王强"]
    assert await found(departmentId=department) == ["王强"]
    assert await found(departmentId=department, institutionId=institution, text="哮喘") == ["王强"]
    assert await found(institutionId=institution, text="主任医师") == ["李慧", "王强"]
    assert await found(institutionId=institution, text="%") == []
    statements.clear()
    page = (await asker.data(None, DOCTORS, filter={"institutionId": institution}, first=1))["doctors"]
    assert len(statements) == 1
    rest = await asker.data(None, DOCTORS, filter={"institutionId": institution}, first=1, after=page["pageInfo"]["endCursor"])
    assert [page["nodes"][0]["name"], rest["doctors"]["nodes"][0]["name"]] == ["李慧", "王强"]
    assert [page["pageInfo"]["hasNextPage"], rest["doctors"]["pageInfo"]["hasNextPage"]] == [True, False]


async def test_a_schedule_is_published_once_and_shows(asker: Asker, hospital: Hospital, statements: list[str]) -> None:
    start = at(hospital, days=1)
    department = public("D", hospital.departments["D1"])
    given = {
        "departmentId": department,
        "doctorId": public("H", hospital.doctors["M1"]),
        "sessions": [{"startsAt": to_text(start), "endsAt": to_text(start + timedelta(minutes=60)), **SCHEDULED}],
    }
    payload = await asker.change(hospital.viewer, PUBLISH_SCHEDULE, **given)
    assert payload["userErrors"] == []
    assert [slot["startsAt"] for slot in payload["slots"]] == [to_text(start), to_text(start + timedelta(minutes=30))]
    assert [slot["capacity"] for slot in payload["slots"]] == [2, 2]
    assert await asker.change(hospital.viewer, PUBLISH_SCHEDULE, **given) == payload
    when = {"from": shanghai_day(start).isoformat(), "to": shanghai_day(start + timedelta(hours=1)).isoformat()}
    statements.clear()
    shown = (await asker.data(None, SLOTS, departmentId=department, **when))["slots"]["nodes"]
    assert len(statements) == 1
    assert [slot["id"] for slot in shown] == [slot["id"] for slot in payload["slots"]]
    assert shown[0]["fee"] == {"amount": "12.50", "currency": "CNY"}
    assert (shown[0]["remaining"], shown[0]["doctor"]["name"]) == (2, "李慧")
    (error,) = (await asker.change(hospital.viewer, PUBLISH_SCHEDULE, **{**given, "sessions": []}))["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID_INPUT", ["sessions"])


async def test_slots_that_cannot_be_booked_are_hidden_from_who_looks_for_one(asker: Asker, hospital: Hospital) -> None:
    world, department = asker.world, public("D", hospital.departments["D1"])
    full, gone, free = await hospital.publish(session(at(hospital, days=2), 90, capacity=1))
    (other,) = await hospital.publish(session(at(hospital, days=2, hours=4), 30), doctor="M2")
    await hospital.book(full)
    await hospital.withdraw(gone)
    (begun,) = await hospital.publish(session(at(hospital, days=2, hours=6), 30))
    await world.rows("update slot set starts_at = now() - interval '1 minute' where id = $1", begun)
    window = {"from": shanghai_day(world.now).isoformat(), "to": shanghai_day(at(hospital, days=3)).isoformat()}

    async def ids(document: str, **given: Any) -> list[str]:
        answer = await asker.data(None, document, departmentId=department, first=50, **given)
        return [node["id"] for node in answer["slots"]["nodes"]]

    texts = {id: public("T", id) for id in (full, gone, free, other, begun)}
    assert await ids(SLOTS, **window) == [texts[free], texts[other]]
    assert await ids(SLOTS, **window, doctorId=public("H", hospital.doctors["M2"])) == [texts[other]]
    assert await ids(SCHEDULE, **window) == [texts[id] for id in (begun, full, gone, free, other)]
    assert await ids(SCHEDULE, **days(hospital, days=5)) == []
    nodes = (await asker.data(None, SCHEDULE, departmentId=department, first=50, **window))["slots"]["nodes"]
    assert [node["remaining"] for node in nodes] == [0, 0, 0, 1, 2]
    assert [node["withdrawnAt"] is not None for node in nodes] == [False, False, True, False, False]


async def test_withdrawn_slots_cancel_bookings_and_again_cancel_nothing(asker: Asker, hospital: Hospital) -> None:
    ids = await hospital.publish(session(at(hospital, days=1)))
    key = await hospital.book(ids[0])
    given = {"slotIds": [public("T", id) for id in ids], "reason": "医生外出"}
    payload = await asker.change(hospital.viewer, WITHDRAW, **given)
    assert payload == {
        "slots": [{"id": id} for id in given["slotIds"]],
        "cancelledAppointments": [{"id": public("B", key.id, key.resident_id), "status": "CANCELLED"}],
        "userErrors": [],
    }
    assert (await asker.change(hospital.viewer, WITHDRAW, **given))["cancelledAppointments"] == []
