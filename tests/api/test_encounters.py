"""Recording an encounter through the whole application: the document that hospitals send, what it completes, and what it costs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.ids import Key
from domain.times import from_text, to_text
from domain.viewer import Viewer
from tests.api.asking import Asker
from tests.api.record_documents import RECORD_ENCOUNTER
from tests.resolvers.clinic import open_clinic
from tests.resolvers.ward import Ward, new_ward, scanned
from tests.resolvers.world import public

DIAGNOSES = [{"code": "J18.9", "display": "肺炎"}, {"code": "R05", "display": "咳嗽"}]
STATUS = "select status from appointment where resident_id = $1 and id = $2"


@pytest.fixture
async def ward(asker: Asker) -> Ward:
    return await new_ward(asker.world)


def given(ward: Ward, **changes: Any) -> dict[str, Any]:
    where = {"visitId": ward.visit_id, "departmentId": ward.clinic.public_id, "doctorId": ward.doctor}
    return {**where, "diagnoses": DIAGNOSES, "note": "咳嗽一周\n双肺湿啰音", "idempotencyKey": "k-1", **changes}


async def refused(asker: Asker, ward: Ward, viewer: Viewer | None = None, **changes: Any) -> tuple[str, list[str] | None]:
    """Code and field of the refusal."""
    payload = await asker.change(viewer or ward.hospital, RECORD_ENCOUNTER, **given(ward, **changes))
    assert payload["encounter"] is None
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


async def came(ward: Ward, days: int = 2) -> Key:
    """An appointment of the department, in so many days, checked in with the visit."""
    key = await ward.clinic.book(ward.resident, await ward.clinic.slot(after=timedelta(days=days)))
    here = "update appointment set status = 'CHECKED_IN', visit_id = $3 where resident_id = $1 and id = $2"
    await ward.world.rows(here, key.resident_id, key.id, ward.visit.id)
    return key


async def status(ward: Ward, appointment: Key) -> Any:
    return await ward.world.value(STATUS, appointment.resident_id, appointment.id)


async def test_it_is_recorded_in_so_many_statements(asker: Asker, ward: Ward, statements: list[str]) -> None:
    await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward))
    appointment = await came(ward)
    statements.clear()
    payload = await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward, idempotencyKey="k-2"))
    # The key, visit, department, doctor, the appointment, the encounter with its diagnoses, audit of both, the key's result, the
    # payload.
    assert len(statements) == 10
    assert payload["userErrors"] == []
    assert payload["encounter"]["diagnoses"] == DIAGNOSES
    row = await stored(ward, payload)
    opened_at = await ward.world.value(
        "select opened_at from visit where resident_id = $1 and id = $2", row["resident_id"], ward.visit.id
    )
    assert (row["occurred_at"], row["appointment_id"], row["note"]) == (opened_at, appointment.id, "咳嗽一周\n双肺湿啰音")
    assert from_text(payload["encounter"]["occurredAt"]) == opened_at
    assert await status(ward, appointment) == "COMPLETED"
    audited = "select array_agg(action order by action) from audit where subject_id = $1 and object_id = any($2)"
    assert await ward.world.value(audited, row["resident_id"], [row["id"], appointment.id]) == [
        "appointment.booked",
        "appointment.completed",
        "encounter.recorded",
    ]


async def stored(ward: Ward, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    rows = await ward.world.rows("select * from encounter where resident_id = $1", ward.resident.resident_id)
    (row,) = [row for row in rows if public("e", row["id"], row["resident_id"]) == payload["encounter"]["id"]]
    return row


async def test_only_what_was_checked_in_with_the_visit_is_completed(asker: Asker, ward: Ward) -> None:
    elsewhere = Ward(await open_clinic(ward.world), ward.doctor, ward.resident, ward.visit)
    booked = await ward.clinic.book(ward.resident, await ward.clinic.slot(after=timedelta(days=3)))
    stranger = await ward.world.resident()
    strangers = await came(Ward(ward.clinic, ward.doctor, stranger, await scanned(ward.world, stranger, ward.hospital)))
    others = await came(elsewhere)
    payload = await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward))
    assert (await stored(ward, payload))["appointment_id"] is None
    assert [await status(ward, key) for key in (booked, strangers, others)] == ["BOOKED", "CHECKED_IN", "CHECKED_IN"]


async def test_of_two_appointments_the_departments_is_completed(asker: Asker, ward: Ward) -> None:
    neighbour = Ward(await open_clinic(ward.world, ward.hospital), ward.doctor, ward.resident, ward.visit)
    beside, here = await came(neighbour), await came(ward, days=4)
    await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward))
    assert [await status(ward, key) for key in (beside, here)] == ["CHECKED_IN", "COMPLETED"]
    await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward, idempotencyKey="k-2"))
    assert await status(ward, beside) == "COMPLETED"


async def test_the_same_key_records_it_once(asker: Asker, ward: Ward) -> None:
    first = await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward))
    assert await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward)) == first
    assert await refused(asker, ward, note="别的") == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    assert await ward.world.value("select count(*) from encounter where resident_id = $1", ward.resident.resident_id) == 1


async def test_what_was_done_is_recorded_after_the_visit(asker: Asker, ward: Ward) -> None:
    end = "update visit set expires_at = now() where resident_id = $1 and id = $2"
    await ward.world.rows(end, ward.visit.resident_id, ward.visit.id)
    at = to_text((ward.world.now - timedelta(hours=2)).replace(microsecond=0))
    payload = await asker.change(ward.hospital, RECORD_ENCOUNTER, **given(ward, occurredAt=at, diagnoses=[]))
    assert payload["userErrors"] == []
    assert payload["encounter"]["occurredAt"] == at


async def test_it_is_refused(asker: Asker, ward: Ward) -> None:
    other = await new_ward(ward.world, await ward.world.resident())
    assert await refused(asker, ward, other.hospital) == ("NOT_FOUND", ["visitId"])
    assert await refused(asker, ward, departmentId=other.clinic.public_id) == ("NOT_FOUND", ["departmentId"])
    assert await refused(asker, ward, doctorId=other.doctor) == ("NOT_FOUND", ["doctorId"])
    assert await refused(asker, ward, visitId=ward.doctor) == ("NOT_FOUND", ["visitId"])
    assert await refused(asker, ward, diagnoses=DIAGNOSES * 26) == ("INVALID_INPUT", ["diagnoses"])
    blank = [DIAGNOSES[0], {"code": " ", "display": "x"}]
    assert await refused(asker, ward, diagnoses=blank) == ("INVALID_INPUT", ["diagnoses", "1", "code"])
    for away in (timedelta(hours=1), timedelta(days=-2)):
        at = to_text(ward.world.now + away)
        assert await refused(asker, ward, occurredAt=at) == ("INVALID_INPUT", ["occurredAt"])
    assert await refused(asker, ward, ward.resident) == ("FORBIDDEN", None)
    assert await ward.world.value("select count(*) from encounter where resident_id = $1", ward.resident.resident_id) == 0


async def test_writing_needs_its_scope(asker: Asker, ward: Ward) -> None:
    answer = await asker.whole(asker.without(ward.hospital, "record:write"), RECORD_ENCOUNTER, input=given(ward))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
