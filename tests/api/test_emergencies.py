"""Breaking the glass through the whole application: what is read meanwhile, what the resident is told, and when it is refused."""

from typing import Any

import pytest

from domain.enums import CareStep
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of, visit_id
from tests.api.record_documents import BREAK_GLASS, VISIT_RECORD
from tests.resolvers.ward import Ward, new_ward, scanned
from tests.resolvers.world import somebody

LOG = "select kinds, care_step, break_glass, reason from access_log where resident_id = $1 and actor_id = $2 order by entry"
TOLD = (
    "select args from outbox where job = 'send_notification' and args ->> 'resident_id' = $1 and args ->> 'event' = 'BREAK_GLASS'"
)
REASON = "车祸昏迷，需要了解用药史"
READ = "query($id: ID!) { resident(id: $id) { healthRecord { nodes { __typename } } healthSummary { bloodType } } }"


@pytest.fixture
async def ward(asker: Asker) -> Ward:
    """Everything is written of the patient, by a hospital that others are not."""
    ward = await new_ward(asker.world)
    await ward.written()
    insert = "insert into blood_type values ($1, 'AB_NEGATIVE', $2, $3, now())"
    await asker.world.rows(insert, ward.resident.resident_id, ward.hospital.institution_id, ward.visit.id)
    return ward


async def broken(asker: Asker, viewer: Viewer, **given: Any) -> Any:
    """The payload of breaking the glass."""
    return (await asker.data(viewer, BREAK_GLASS, input={"reason": REASON, **given}))["breakGlass"]


async def told(asker: Asker, resident: Viewer) -> int:
    return len(await asker.world.rows(TOLD, str(resident.resident_id)))


async def seen(asker: Asker, viewer: Viewer, ward: Ward) -> tuple[set[str], str | None]:
    """The types of entries, and the blood type, that the viewer reads."""
    resident = (await asker.data(viewer, READ, id=id_of(ward.resident)))["resident"]
    if resident is None:
        return set(), None
    kinds = {node["__typename"] for node in resident["healthRecord"]["nodes"]}
    return kinds, (resident["healthSummary"] or {}).get("bloodType")


async def log(asker: Asker, ward: Ward, viewer: Viewer) -> list[tuple[Any, ...]]:
    rows = await asker.world.rows(LOG, ward.resident.resident_id, viewer.institution_id)
    return [tuple(row.values()) for row in rows]


async def test_a_visit_reads_everything_with_a_reason(asker: Asker, ward: Ward, statements: list[str]) -> None:
    other = await asker.world.institution()
    visit = await scanned(asker.world, ward.resident, other, CareStep.REGISTER)
    shorten = "update visit set expires_at = now() + interval '1 minute' where resident_id = $1 and id = $2 returning expires_at"
    before = await asker.world.value(shorten, visit.resident_id, visit.id)
    assert await seen(asker, other, ward) == (set(), None)
    statements.clear()
    payload = await broken(asker, other, visitId=visit_id(visit))
    # The visit, its glass, audit, who is told and the workers woken, the payload.
    assert len(statements) == 6
    assert payload["userErrors"] == []
    assert (payload["visit"]["id"], payload["visit"]["resident"]) == (visit_id(visit), {"id": id_of(ward.resident)})
    (row,) = await asker.world.rows("select * from visit where resident_id = $1 and id = $2", visit.resident_id, visit.id)
    assert (row["break_glass"], row["break_glass_reason"], row["expires_at"] > before) == (True, REASON, True)
    assert await seen(asker, other, ward) == ({"Encounter", "Condition", "Allergy", "Immunization"}, "AB_NEGATIVE")
    assert await told(asker, ward.resident) == 1
    first, made, then = await log(asker, ward, other)
    assert first[2:] == (False, None)
    assert made[1:] == then[1:] == ("REGISTER", True, REASON)
    assert "RECORD" in then[0]


async def test_a_document_opens_a_visit_that_reads_everything(asker: Asker) -> None:
    person = somebody()
    patient = await asker.world.resident(person)
    ward, other = await new_ward(asker.world, patient), await asker.world.institution()
    await ward.written()
    given = {"document": {"type": person.document_type, "number": person.number}}
    opened = (await broken(asker, other, **given))["visit"]
    again = (await broken(asker, other, **given))["visit"]
    assert again == opened
    assert await told(asker, patient) == 1
    node = (await asker.data(other, VISIT_RECORD, visitId=opened["id"], first=9))["node"]
    assert node["careStep"] == "DIAGNOSE"
    assert {one["__typename"] for one in node["resident"]["healthRecord"]["nodes"]} >= {"Encounter", "Allergy"}
    assert node["resident"]["birthDate"] is not None
    rows = await asker.world.rows("select reason, break_glass from access_log where actor_id = $1", other.institution_id)
    assert {tuple(row.values()) for row in rows} == {(REASON, True)}
    assert (await broken(asker, await asker.world.institution(), **given))["visit"]["id"] != opened["id"]
    assert await told(asker, patient) == 2


async def test_it_ends(asker: Asker, ward: Ward) -> None:
    other = await asker.world.institution()
    visit = await scanned(asker.world, ward.resident, other)
    await broken(asker, other, visitId=visit_id(visit))
    assert "Encounter" in (await seen(asker, other, ward))[0]
    end = "update visit set expires_at = now() where resident_id = $1 and id = $2"
    await asker.world.rows(end, visit.resident_id, visit.id)
    assert await seen(asker, other, ward) == (set(), None)
    payload = await broken(asker, other, visitId=visit_id(visit))
    assert [error["code"] for error in payload["userErrors"]] == ["VISIT_EXPIRED"]


async def test_doing_it_again_changes_nothing(asker: Asker, ward: Ward) -> None:
    other = await asker.world.institution()
    visit = await scanned(asker.world, ward.resident, other)
    first = await broken(asker, other, visitId=visit_id(visit))
    again = await broken(asker, other, visitId=visit_id(visit), reason="别的理由")
    assert again == first
    kept = "select break_glass_reason from visit where resident_id = $1 and id = $2"
    assert await asker.world.value(kept, visit.resident_id, visit.id) == REASON
    assert await told(asker, ward.resident) == 1


async def test_another_visit_of_another_hospital_gains_nothing(asker: Asker, ward: Ward) -> None:
    one, other = await asker.world.institution(), await asker.world.institution()
    visit = await scanned(asker.world, ward.resident, one)
    await scanned(asker.world, ward.resident, other, CareStep.REGISTER)
    await broken(asker, one, visitId=visit_id(visit))
    assert await seen(asker, other, ward) == (set(), None)
    assert {entry[2:] for entry in await log(asker, ward, other)} == {(False, None)}


async def test_it_is_refused(asker: Asker, ward: Ward) -> None:
    other, stranger = await asker.world.institution(), somebody()
    visit = visit_id(ward.visit)
    document = {"type": "RESIDENT_ID", "number": stranger.number}
    refused: list[tuple[Viewer, dict[str, Any], tuple[str, list[str] | None]]] = [
        (other, {"visitId": visit}, ("NOT_FOUND", ["visitId"])),
        (other, {"document": document}, ("NOT_FOUND", ["document"])),
        (ward.hospital, {"visitId": visit, "document": document}, ("INVALID_INPUT", ["visitId"])),
        (ward.hospital, {}, ("INVALID_INPUT", ["visitId"])),
        (ward.hospital, {"visitId": visit, "reason": " "}, ("INVALID_INPUT", ["reason"])),
        (ward.hospital, {"document": {"type": "RESIDENT_ID", "number": "1"}}, ("INVALID_DOCUMENT", ["document", "number"])),
    ]
    for viewer, given, (code, field) in refused:
        payload = await broken(asker, viewer, **given)
        assert payload["visit"] is None
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert await told(asker, ward.resident) == 0


async def test_a_delegate_is_no_patient(asker: Asker, ward: Ward) -> None:
    visit = await scanned(asker.world, ward.resident, ward.hospital, CareStep.COLLECT_MEDICINE)
    come = "update visit set delegate_name = '张三' where resident_id = $1 and id = $2"
    await asker.world.rows(come, visit.resident_id, visit.id)
    payload = await broken(asker, ward.hospital, visitId=visit_id(visit))
    assert [error["code"] for error in payload["userErrors"]] == ["WRONG_STATE"]
