"""The day list of a hospital: whom it expects, and that each of them can see who looked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db import access_chain
from domain.access_chain import first_break
from domain.enums import CareStep, CodePurpose
from domain.ids import Key
from domain.times import shanghai_day
from domain.viewer import Viewer
from resolvers import appointments
from tests.api.asking import Asker, id_of, visit_id
from tests.api.hospital_documents import CHECK_IN, DAY_LIST, SCAN
from tests.api.test_scan import scan
from tests.resolvers.hospital import Hospital, new_hospital, session
from tests.resolvers.world import public

MANY = 100
ALL = "{ id fullName sex birthDate documentType documentNumberMasked socialSecurityNumberMasked phoneMasked card { number } }"


@pytest.fixture
async def hospital(asker: Asker) -> Hospital:
    """Its other doctor has a patient at the same time, and so has another hospital."""
    hospital = await new_hospital(asker.world)
    (slot,) = await hospital.publish(session(tomorrow(hospital), 30), doctor="M2", department="D2")
    await hospital.book(slot)
    return hospital


def tomorrow(hospital: Hospital) -> Any:
    return hospital.world.now.replace(microsecond=0) + timedelta(days=1)


async def booked(hospital: Hospital, many: int) -> tuple[list[Viewer], list[Key]]:
    """Residents with appointments of tomorrow."""
    (slot,) = await hospital.publish(session(tomorrow(hospital), 30, capacity=many))
    residents = [await hospital.world.resident() for _ in range(many)]
    return residents, [await hospital.book(slot, resident) for resident in residents]


def the_day(hospital: Hospital, **given: Any) -> dict[str, Any]:
    return {"date": shanghai_day(tomorrow(hospital)).isoformat(), "first": 100, **given}


async def log_of(asker: Asker, residents: Sequence[Viewer]) -> list[list[Any]]:
    sql = "select actor, kinds, purpose from access_log where resident_id = $1 order by entry"
    return [[tuple(row.values()) for row in await asker.world.rows(sql, resident.resident_id)] for resident in residents]


async def test_a_hospital_sees_whom_it_expects_in_one_statement_and_each_is_told(
    asker: Asker, hospital: Hospital, statements: list[str]
) -> None:
    residents, keys = await booked(hospital, MANY)
    await asker.data(hospital.viewer, "{ client { id } }")  # who asks is known from here on
    statements.clear()
    department = public("D", hospital.departments["D1"])
    answer = await asker.data(hospital.viewer, DAY_LIST, **the_day(hospital, departmentId=department))
    assert len(statements) == 1
    page = answer["institution"]["appointments"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (MANY, False)
    nodes = [edge["node"] for edge in page["edges"]]
    assert [node["id"] for node in nodes] == [public("B", key.id, key.resident_id) for key in keys]
    assert [node["queueNumber"] for node in nodes] == list(range(1, MANY + 1))
    assert [node["resident"]["id"] for node in nodes] == [id_of(resident) for resident in residents]
    assert all(node["resident"][name] for node in nodes for name in ("fullName", "sex", "birthDate"))
    assert {(node["doctor"]["name"], node["department"]["name"], node["status"]) for node in nodes} == {
        ("李慧", "心内科", "BOOKED")
    }
    entries = await log_of(asker, residents)
    assert entries == [[(hospital.viewer.name, ["APPOINTMENT", "IDENTITY"], "CARE")]] * MANY
    async with asker.world.pool.connection() as connection:
        for resident in residents:
            assert resident.resident_id is not None
            head = await access_chain.head(connection, resident.resident_id)
            log = await access_chain.entries(connection, resident.resident_id)
            assert first_break(log, head.entries, head.digest) is None


async def test_the_day_list_is_paged_and_narrowed(asker: Asker, hospital: Hospital) -> None:
    await booked(hospital, 2)
    page = (await asker.data(hospital.viewer, DAY_LIST, **the_day(hospital, first=2)))["institution"]["appointments"]
    after = page["pageInfo"]["endCursor"]
    rest = (await asker.data(hospital.viewer, DAY_LIST, **the_day(hospital, first=2, after=after)))["institution"]["appointments"]
    assert [page["totalCount"], len(page["edges"]), len(rest["edges"])] == [3, 2, 1]
    other_day = (await asker.data(hospital.viewer, DAY_LIST, date="2020-01-01", first=5))["institution"]["appointments"]
    assert (other_day["totalCount"], other_day["edges"]) == (0, [])


async def test_nobody_else_sees_the_day_list(asker: Asker, hospital: Hospital) -> None:
    residents, _ = await booked(hospital, 2)
    id = public("I", hospital.id)
    elsewhere = await asker.world.institution()
    given = the_day(hospital, institutionId=id)
    page = (await asker.data(elsewhere, DAY_LIST, **given))["institution"]["appointments"]
    assert (page["totalCount"], page["edges"]) == (0, [])
    own = (await asker.data(residents[0], DAY_LIST, **given))["institution"]["appointments"]
    assert [edge["node"]["resident"]["id"] for edge in own["edges"]] == [id_of(residents[0])]
    for viewer in (None, asker.without(hospital.viewer, "appointment:read", "visit:read")):
        assert "errors" in await asker.whole(viewer, DAY_LIST, **given)
    assert await log_of(asker, residents) == [[], []]


async def test_an_appointment_shows_the_name_but_no_number_and_no_card(asker: Asker, hospital: Hospital) -> None:
    (resident,), (key,) = await booked(hospital, 1)
    document = (
        f"query($b: ID!, $r: ID!) {{ node(id: $b) {{ ... on Appointment {{ reason resident {ALL} }} }} resident(id: $r) {ALL} }}"
    )
    given = {"b": public("B", key.id, key.resident_id), "r": id_of(resident)}

    async def seen(viewer: Viewer) -> list[set[str]]:
        answer = await asker.data(viewer, document, **given)
        objects = [(answer["node"] or {}).get("resident") or {}, answer["resident"] or {}]
        return [{name for name, value in one.items() if value is not None} for one in objects]

    expected = {"id", "fullName", "sex", "birthDate"}
    assert await seen(hospital.viewer) == [expected, expected]
    assert await seen(await asker.world.institution()) == [set(), set()]
    await asker.world.verify(hospital.viewer, await asker.world.present(resident))
    at_window = {*expected, "documentType", "documentNumberMasked", "phoneMasked", "card"}
    assert await seen(hospital.viewer) == [expected | {"card"}, at_window]
    await asker.world.rows("update visit set expires_at = now() where resident_id = $1", resident.resident_id)
    assert await seen(hospital.viewer) == [expected, expected]
    await asker.world.change(appointments.cancel_appointment, resident, appointment_id=given["b"])
    assert await seen(hospital.viewer) == [set(), set()]


async def test_who_was_here_yesterday_is_expected_no_more(asker: Asker, hospital: Hospital) -> None:
    (resident,), (key,) = await booked(hospital, 1)
    for status, days, shown in (("COMPLETED", 0, True), ("BOOKED", 1, False), ("COMPLETED", 1, False), ("NO_SHOW", 0, False)):
        await asker.world.rows(
            "update appointment set status = $2, starts_at = date_trunc('day', now(), 'Asia/Shanghai') - $3 * interval '1 day'"
            " where resident_id = $1",
            key.resident_id,
            status,
            days,
        )
        answer = await asker.data(hospital.viewer, "query($id: ID!) { resident(id: $id) { fullName } }", id=id_of(resident))
        assert (answer["resident"] is not None) == shown, (status, days)


async def test_reason_is_for_the_resident_and_the_hospital(asker: Asker, hospital: Hospital) -> None:
    (slot,) = await hospital.publish(session(tomorrow(hospital), 30))
    resident, carer = await asker.world.resident(), await asker.world.resident()
    key = await hospital.book(slot, resident, reason="头晕")
    await asker.world.care_for(resident, carer, "APPOINTMENTS")
    document = "query($id: ID!) { node(id: $id) { ... on Appointment { id reason } } }"
    id = public("B", key.id, key.resident_id)
    for viewer, reason in ((resident, "头晕"), (hospital.viewer, "头晕"), (carer, None)):
        assert (await asker.data(viewer, document, id=id))["node"] == {"id": id, "reason": reason}
    other = await asker.world.resident()
    await asker.world.care_for(resident, other, "CARD", "BILLS")
    for viewer in (other, await asker.world.institution()):
        assert (await asker.data(viewer, document, id=id))["node"] is None


async def test_the_window_that_registers_sees_todays_appointments(asker: Asker, hospital: Hospital) -> None:
    world = asker.world
    resident, elsewhere = await world.resident(), await new_hospital(world)
    now = world.now + timedelta(seconds=1)
    (slot,), (later,) = await hospital.publish(session(now, 30)), await hospital.publish(session(tomorrow(hospital), 30))
    (theirs,) = await elsewhere.publish(session(now + timedelta(minutes=40), 30))
    key, _, _ = [await place.book(one, resident) for place, one in ((hospital, slot), (hospital, later), (elsewhere, theirs))]
    payload = await asker.change(hospital.viewer, SCAN, **scan(await world.present(resident)))
    (shown,) = payload["visit"]["appointments"]
    assert shown == {
        "id": public("B", key.id, key.resident_id),
        "startsAt": shown["startsAt"],
        "status": "CHECKED_IN",
        "queueNumber": 1,
        "doctor": {"name": "李慧"},
        "department": {"name": "心内科"},
    }
    assert payload["visit"]["bills"] == []
    given = {"appointmentId": shown["id"], "visitId": payload["visit"]["id"]}
    checked = await asker.change(hospital.viewer, CHECK_IN, **given)
    assert checked == {"appointment": {"id": shown["id"], "status": "CHECKED_IN", "queueNumber": 1}, "userErrors": []}
    code = await world.present(resident, CodePurpose.PAY)
    paying = await asker.change(hospital.viewer, SCAN, **scan(code, CareStep.PAY))
    assert paying["visit"]["appointments"] == []


async def test_check_in_is_refused_by_name(asker: Asker, hospital: Hospital) -> None:
    (resident,), (key,) = await booked(hospital, 1)
    visit = await asker.world.verify(hospital.viewer, await asker.world.present(resident))
    given = {"appointmentId": public("B", key.id, key.resident_id), "visitId": visit_id(visit)}
    (error,) = (await asker.change(hospital.viewer, CHECK_IN, **given))["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_READY", ["appointmentId"])
    assert error["retryAt"].startswith(shanghai_day(tomorrow(hospital)).isoformat())
    stranger = replace(hospital.viewer, scopes=frozenset({"visit:read"}))
    assert "errors" in await asker.whole(stranger, CHECK_IN, input=given)
