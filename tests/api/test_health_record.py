"""The health record through the whole application: the documents that consumers send, who reads what, and what it costs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain.enums import CareStep
from domain.ids import Key
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.api.record_documents import HEALTH_RECORD, VISIT_RECORD
from tests.resolvers.ward import Ward, new_ward, scanned
from tests.resolvers.world import public

LETTERS = {"Encounter": "e", "Condition": "d", "Allergy": "a", "Immunization": "m"}
NEEDED = {"Condition", "Allergy", "Immunization"}
NESTED = (
    "query($id: ID!, $ids: [ID!]!, $resident: ID!) {"
    " node(id: $id) { __typename id ... on HealthRecordEntry { occurredAt institution { departments { id } } } }"
    " nodes(ids: $ids) { id ... on Encounter { note diagnoses { display } } ... on Allergy { substance } }"
    " resident(id: $resident) { healthSummary { bloodType allergies { institution { name } } conditions { display } }"
    " healthRecord { totalCount nodes { id institution { name } } edges { cursor } } } }"
)
ENTRIES = "select kinds, care_step, break_glass, reason from access_log where resident_id = $1 and actor_id = $2 order by entry"


@pytest.fixture
async def ward(asker: Asker) -> Ward:
    return await new_ward(asker.world)


@pytest.fixture
async def written(ward: Ward) -> dict[str, str]:
    """What is written of the patient: type → public id."""
    return {name: public(LETTERS[name], key.id, key.resident_id) for name, key in (await ward.written()).items()}


async def recorded(asker: Asker, viewer: Viewer, visit: Key, **page: Any) -> Any:
    """What a visit shows of the record."""
    variables = {"visitId": public("V", visit.id, visit.resident_id), "first": 9, **page}
    return (await asker.data(viewer, VISIT_RECORD, **variables))["node"]["resident"]


def kinds_of(resident: Mapping[str, Any]) -> set[str]:
    return {node["__typename"] for node in resident["healthRecord"]["nodes"]}


async def entries(asker: Asker, resident: Viewer, viewer: Viewer) -> list[tuple[Any, ...]]:
    """What the resident's access log tells of the viewer."""
    actor = viewer.resident_id or viewer.institution_id
    return [tuple(row.values()) for row in await asker.world.rows(ENTRIES, resident.resident_id, actor)]


async def test_a_phone_shows_the_record_and_the_summary(
    asker: Asker, ward: Ward, written: dict[str, str], statements: list[str]
) -> None:
    await asker.data(ward.resident, "{ serverTime }")  # the token is known from now on
    statements.clear()
    resident = (await asker.data(ward.resident, HEALTH_RECORD, first=9))["resident"]
    assert len(statements) == 1
    found = {edge["node"]["__typename"]: edge["node"] for edge in resident["healthRecord"]["edges"]}
    assert {name: node["id"] for name, node in found.items()} == written
    encounter = found["Encounter"]
    assert encounter["diagnoses"] == [{"code": "I10", "display": "高血压"}, {"code": "E11", "display": "糖尿病"}]
    assert (encounter["department"], encounter["doctor"]) == ({"name": "心内科"}, {"name": "李医生"})
    times = [edge["node"]["occurredAt"] for edge in resident["healthRecord"]["edges"]]
    assert times == sorted(times, reverse=True)
    assert resident["healthSummary"] == {
        "bloodType": None,
        "allergies": [{"substance": "青霉素", "reaction": None, "severity": "SEVERE"}],
        "conditions": [{"code": "I10", "display": "高血压", "since": None, "status": "ACTIVE"}],
        "medications": [],
        "immunizations": [{"vaccine": "乙肝疫苗", "dose": None, "givenOn": asker.world.now.date().isoformat()}],
    }
    assert await entries(asker, ward.resident, ward.resident) == []


async def test_the_timeline_is_narrowed_and_paged(asker: Asker, ward: Ward, written: dict[str, str]) -> None:
    async def ids(**given: Any) -> list[str]:
        page = (await asker.data(ward.resident, HEALTH_RECORD, **given))["resident"]["healthRecord"]
        after.append(page["pageInfo"]["endCursor"])
        return [edge["node"]["id"] for edge in page["edges"]]

    after: list[str] = []
    assert await ids(kinds=["ALLERGY"]) == [written["Allergy"]]
    assert await ids(kinds=[]) == []
    one_by_one: list[str] = []
    for _ in range(4):
        one_by_one += await ids(first=1, after=after[-1] if one_by_one else None)
    assert one_by_one == await ids()
    assert await ids(first=1, after=after[-2]) == []
    (allergy,) = await asker.world.rows("select id from allergy where resident_id = $1", ward.resident.resident_id)
    move = "update allergy set recorded_at = timestamptz '2024-02-29 23:59:59.999+08' where resident_id = $1 and id = $2"
    await asker.world.rows(move, ward.resident.resident_id, allergy["id"])
    assert await ids(**{"from": "2024-02-29", "to": "2024-02-29"}) == [written["Allergy"]]
    assert await ids(**{"from": "2024-03-01"}) == [id for id in one_by_one if id != written["Allergy"]]
    assert await ids(to="2024-02-28") == []


@pytest.mark.usefixtures("written")
async def test_who_wrote_it_reads_it_in_any_visit(asker: Asker, ward: Ward, statements: list[str]) -> None:
    visit = await scanned(asker.world, ward.resident, ward.hospital, CareStep.EXAMINE)
    await asker.data(ward.hospital, "{ serverTime }")  # the token is known from now on
    statements.clear()
    resident = await recorded(asker, ward.hospital, visit)
    assert len(statements) == 1
    assert kinds_of(resident) == {"Encounter", "Condition", "Allergy", "Immunization"}
    assert resident["healthSummary"]["allergies"] == [{"substance": "青霉素", "reaction": None, "severity": "SEVERE"}]
    *_, (kinds, step, broken, reason) = await entries(asker, ward.resident, ward.hospital)
    assert (set(kinds) >= {"IDENTITY", "RECORD", "VISIT"}, step, broken, reason) == (True, "EXAMINE", False, None)


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("step", "seen"),
    [
        (CareStep.DIAGNOSE, NEEDED),
        (CareStep.PRESCRIBE, NEEDED),
        (CareStep.SURGERY, NEEDED),
        (CareStep.EXAMINE, set()),
        (CareStep.REGISTER, set()),
        (CareStep.PAY, set()),
        (CareStep.COLLECT_MEDICINE, set()),
        (CareStep.OTHER, set()),
    ],
)
async def test_another_hospital_reads_what_its_step_needs(asker: Asker, ward: Ward, step: CareStep, seen: set[str]) -> None:
    other = await asker.world.institution()
    visit = await scanned(asker.world, ward.resident, other, step)
    resident = await recorded(asker, other, visit)
    assert kinds_of(resident) == seen
    assert bool(resident["healthSummary"]["allergies"]) == bool(seen)
    end = "update visit set expires_at = now() - interval '1 second' where resident_id = $1 and id = $2"
    await asker.world.rows(end, visit.resident_id, visit.id)
    assert await recorded(asker, other, visit) is None


async def test_a_consent_opens_its_kinds_and_days(asker: Asker, ward: Ward, written: dict[str, str]) -> None:
    other = await asker.world.institution()
    give = (
        "insert into consent (resident_id, id, institution_id, kinds, from_day, to_day, granted_at, expires_at)"
        " values ($1, $2, $3, $4, (now() at time zone 'Asia/Shanghai')::date + $5::int, null, now(), now() + interval '1 day')"
    )
    narrow = "update consent set {} where resident_id = $1 and institution_id = $2"
    who = (ward.resident.resident_id, other.institution_id)
    assert await reads(asker, other, ward, written) == set()
    await asker.world.rows(give, who[0], ward.visit.id, who[1], ["ENCOUNTER", "IMMUNIZATION"], -9)
    assert await reads(asker, other, ward, written) == {"Encounter", "Immunization"}
    for ended in ("revoked_at = now()", "revoked_at = null, expires_at = now()"):
        await asker.world.rows(narrow.format(ended), *who)
        assert await reads(asker, other, ward, written) == set()
    await asker.world.rows(narrow.format("expires_at = now() + interval '1 day', to_day = from_day"), *who)
    assert await reads(asker, other, ward, written) == set()
    assert [kinds for kinds, *_ in await entries(asker, ward.resident, other) if "RECORD" in kinds]


async def test_nobody_else_reads_anything_on_any_path(asker: Asker, ward: Ward, written: dict[str, str]) -> None:
    world = asker.world
    carer, stranger = await world.resident(), await world.resident()
    await world.care_for(ward.resident, carer, "CARD", "BILLS", "REPORTS", "PRESCRIPTIONS")
    was_here = await world.institution()
    visit = await scanned(world, ward.resident, was_here)
    await world.rows("update visit set expires_at = now() where resident_id = $1 and id = $2", visit.resident_id, visit.id)
    for viewer in (carer, stranger, was_here, await world.institution()):
        assert await reads(asker, viewer, ward, written) == set()
        assert [kinds for kinds, *_ in await entries(asker, ward.resident, viewer) if "VISIT" in kinds] == []
    for viewer in (carer, stranger):
        assert [kinds for kinds, *_ in await entries(asker, ward.resident, viewer) if kinds == ["RECORD"]] == []


async def test_a_carer_with_records_reads_all_and_is_told_of(asker: Asker, ward: Ward, written: dict[str, str]) -> None:
    carer = await asker.world.resident()
    await asker.world.care_for(ward.resident, carer, "RECORDS", until=asker.world.now + timedelta(days=1))
    assert await reads(asker, carer, ward, written) == set(written)
    *_, (kinds, *_) = await entries(asker, ward.resident, carer)
    assert {"IDENTITY", "RECORD"} <= set(kinds)


async def test_reading_needs_its_scope(asker: Asker, ward: Ward) -> None:
    for document in (HEALTH_RECORD, "{ me { healthSummary { bloodType } } }"):
        answer = await asker.whole(asker.without(ward.resident, "record:read"), document)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def reads(asker: Asker, viewer: Viewer, ward: Ward, written: dict[str, str]) -> set[str]:
    """The types of what the viewer reads, the same on every path: by id, by ids, in the timeline; and in the summary no more."""
    resident, ids = id_of(ward.resident), list(written.values())
    by_id: set[str] = set()
    for name, id in written.items():
        data = await asker.data(viewer, NESTED, id=id, ids=ids, resident=resident)
        by_id |= {name} if data["node"] else set()
    found = data["resident"] and data["resident"]["healthRecord"]
    timeline = set() if found is None else {node["id"] for node in found["nodes"]}
    assert found is None or found["totalCount"] == len(found["edges"]) == len(timeline)
    assert {written[name] for name in by_id} == {node["id"] for node in data["nodes"] if node} == timeline
    summary = (data["resident"] or {}).get("healthSummary")
    assert bool(summary and summary["allergies"]) == ("Allergy" in by_id)
    assert bool(summary and summary["conditions"]) == ("Condition" in by_id)
    return by_id
