"""What lasts, recorded through the whole application: conditions and their end, allergies, immunizations, the blood type."""

from datetime import timedelta
from typing import Any

import pytest

from domain.times import shanghai_day
from domain.viewer import Viewer
from tests.api.asking import Asker
from tests.api.record_documents import (
    RECORD_ALLERGY,
    RECORD_BLOOD_TYPE,
    RECORD_CONDITION,
    RECORD_IMMUNIZATION,
    RESOLVE_CONDITION,
)
from tests.resolvers.ward import Ward, new_ward

CONDITION = {"code": "I10", "display": "原发性高血压", "since": "2020-02-29", "idempotencyKey": "k"}
ALLERGY = {"code": "J01C", "substance": "青霉素", "reaction": "皮疹", "severity": "SEVERE", "idempotencyKey": "k"}
IMMUNIZATION = {"vaccine": "乙肝疫苗", "dose": "第三剂", "lotNumber": "L-7", "givenOn": "2024-02-29", "idempotencyKey": "k"}
ALL = [
    (RECORD_CONDITION, CONDITION, "condition"),
    (RECORD_ALLERGY, ALLERGY, "allergy"),
    (RECORD_IMMUNIZATION, IMMUNIZATION, "immunization"),
]


@pytest.fixture
async def ward(asker: Asker) -> Ward:
    return await new_ward(asker.world)


async def count(ward: Ward, table: str) -> Any:
    return await ward.world.value(f"select count(*) from {table} where resident_id = $1", ward.resident.resident_id)


async def refused(asker: Asker, viewer: Viewer, document: str, **given: Any) -> tuple[str, list[str] | None]:
    """Code and field of the refusal."""
    (error,) = (await asker.change(viewer, document, **given))["userErrors"]
    return error["code"], error["field"]


def days(ward: Ward, away: int) -> str:
    return (shanghai_day(ward.world.now) + timedelta(days=away)).isoformat()


@pytest.mark.parametrize(("document", "given", "noun"), ALL)
async def test_each_is_recorded_once(
    asker: Asker, ward: Ward, document: str, given: dict[str, Any], noun: str, statements: list[str]
) -> None:
    await asker.data(ward.hospital, "{ serverTime }")  # the token is known from now on
    statements.clear()
    payload = await asker.change(ward.hospital, document, visitId=ward.visit_id, **given)
    # The key, visit, row, audit, the key's result, the payload.
    assert len(statements) == 6
    assert payload["userErrors"] == []
    shown = {name: value for name, value in given.items() if name != "idempotencyKey"}
    assert {name: payload[noun][name] for name in shown} == shown
    assert await asker.change(ward.hospital, document, visitId=ward.visit_id, **given) == payload
    assert await count(ward, noun) == 1
    audited = "select count(*) from audit where subject_id = $1 and action = $2"
    assert await ward.world.value(audited, ward.resident.resident_id, f"{noun}.recorded") == 1


@pytest.mark.parametrize(("document", "given", "noun"), [*ALL, (RECORD_BLOOD_TYPE, {"bloodType": "A_POSITIVE"}, "blood_type")])
async def test_each_needs_a_visit_of_the_patients_own(
    asker: Asker, ward: Ward, document: str, given: dict[str, Any], noun: str
) -> None:
    other = await asker.world.institution()
    assert await refused(asker, other, document, visitId=ward.visit_id, **given) == ("NOT_FOUND", ["visitId"])
    assert await refused(asker, ward.resident, document, visitId=ward.visit_id, **given) == ("FORBIDDEN", None)
    come = "update visit set delegate_name = '张三' where resident_id = $1 and id = $2"
    await asker.world.rows(come, ward.visit.resident_id, ward.visit.id)
    assert await refused(asker, ward.hospital, document, visitId=ward.visit_id, **given) == ("WRONG_STATE", ["visitId"])
    assert await count(ward, noun) == 0


async def test_a_condition_is_resolved_once(asker: Asker, ward: Ward) -> None:
    made = (await asker.change(ward.hospital, RECORD_CONDITION, visitId=ward.visit_id, **CONDITION))["condition"]
    noise = await asker.change(ward.hospital, RECORD_CONDITION, visitId=ward.visit_id, **CONDITION | {"idempotencyKey": "n"})
    assert (made["status"], made["resolvedOn"]) == ("ACTIVE", None)
    given = {"conditionId": made["id"], "resolvedOn": "2024-02-29"}
    other = await asker.world.institution()
    assert await refused(asker, other, RESOLVE_CONDITION, **given) == ("NOT_FOUND", ["conditionId"])
    for day in ("2020-02-28", days(ward, 1)):
        wrong = {**given, "resolvedOn": day}
        assert await refused(asker, ward.hospital, RESOLVE_CONDITION, **wrong) == ("INVALID_INPUT", ["resolvedOn"])
    resolved = (await asker.change(ward.hospital, RESOLVE_CONDITION, **given))["condition"]
    assert resolved == {**made, "status": "RESOLVED", "resolvedOn": "2024-02-29"}
    again = await asker.change(ward.hospital, RESOLVE_CONDITION, conditionId=made["id"])
    assert again == {"condition": resolved, "userErrors": []}
    states = "select status from condition where resident_id = $1 order by status"
    assert [row["status"] for row in await asker.world.rows(states, ward.resident.resident_id)] == ["ACTIVE", "RESOLVED"]
    assert noise["userErrors"] == []


async def test_it_is_over_today_where_no_day_is_given(asker: Asker, ward: Ward) -> None:
    made = (await asker.change(ward.hospital, RECORD_CONDITION, visitId=ward.visit_id, **CONDITION))["condition"]
    resolved = (await asker.change(ward.hospital, RESOLVE_CONDITION, conditionId=made["id"]))["condition"]
    assert resolved["resolvedOn"] in (days(ward, 0), days(ward, -1))  # midnight may have passed in between


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"display": "x" * 201}, "display"),
        ({"since": "2999-01-01"}, "since"),
        ({"since": "1899-12-31"}, "since"),
        ({"resolvedOn": "2024-01-01"}, "resolvedOn"),
        ({"status": "RESOLVED", "resolvedOn": "2020-02-28"}, "resolvedOn"),
    ],
)
async def test_a_condition_makes_sense(asker: Asker, ward: Ward, changes: dict[str, str], field: str) -> None:
    given = {**CONDITION, **changes}
    assert await refused(asker, ward.hospital, RECORD_CONDITION, visitId=ward.visit_id, **given) == ("INVALID_INPUT", [field])


async def test_a_vaccine_was_given_by_today(asker: Asker, ward: Ward) -> None:
    given = {**IMMUNIZATION, "givenOn": days(ward, 2)}
    assert await refused(asker, ward.hospital, RECORD_IMMUNIZATION, visitId=ward.visit_id, **given) == (
        "INVALID_INPUT",
        ["givenOn"],
    )


async def test_the_blood_type_is_what_was_determined_last(asker: Asker, ward: Ward) -> None:
    async def record(viewer: Viewer, visit_id: str, blood_type: str) -> Any:
        payload = await asker.change(viewer, RECORD_BLOOD_TYPE, visitId=visit_id, bloodType=blood_type)
        assert payload["userErrors"] == []
        return payload["summary"]["bloodType"]

    other = await new_ward(ward.world, ward.resident)
    assert await record(ward.hospital, ward.visit_id, "A_POSITIVE") == "A_POSITIVE"
    assert await record(ward.hospital, ward.visit_id, "A_POSITIVE") == "A_POSITIVE"
    assert await record(other.hospital, other.visit_id, "AB_NEGATIVE") == "AB_NEGATIVE"
    row = "select blood_type, institution_id from blood_type where resident_id = $1"
    (kept,) = await asker.world.rows(row, ward.resident.resident_id)
    assert tuple(kept.values()) == ("AB_NEGATIVE", other.hospital.institution_id)
    audited = "select array_agg(reason order by at) from audit where subject_id = $1 and action = 'blood_type.recorded'"
    assert await asker.world.value(audited, ward.resident.resident_id) == ["A_POSITIVE", "AB_NEGATIVE"]
