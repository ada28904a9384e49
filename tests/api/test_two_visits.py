"""One institution, two open visits of one resident: each path reads what its own visit needs, as though it were alone."""

from typing import Any

import pytest

from domain.enums import CareStep, CodePurpose
from domain.ids import Key
from domain.viewer import Viewer
from tests.api.asking import Asker, visit_id
from tests.api.record_documents import BREAK_GLASS, PROBLEM, VISIT_RECORD
from tests.api.test_scan import scan
from tests.resolvers.ward import Ward, new_ward, scanned

PAIRS = [
    (CareStep.REGISTER, CareStep.DIAGNOSE),
    (CareStep.PAY, CareStep.DIAGNOSE),
    (CareStep.COLLECT_MEDICINE, CareStep.SURGERY),
    (CareStep.EXAMINE, CareStep.PRESCRIBE),
    (CareStep.PAY, CareStep.REGISTER),
    (CareStep.DIAGNOSE, CareStep.COLLECT_MEDICINE),
]
TREATING = {CareStep.REGISTER, CareStep.DIAGNOSE, CareStep.EXAMINE, CareStep.PRESCRIBE, CareStep.SURGERY}
SAFELY = {CareStep.DIAGNOSE, CareStep.PRESCRIBE, CareStep.SURGERY}
SCANNED = (
    PROBLEM
    + """
mutation VerifyCode($input: VerifyCodeInput!) {
  verifyCode(input: $input) {
    visit {
      careStep
      resident { sex documentNumberMasked healthSummary { bloodType allergies { substance } } bills { totalCount } }
    }
    userErrors { ...Problem }
  }
}"""
)
LOG = "select care_step, break_glass, reason from access_log where resident_id = $1 and actor_id = $2 order by entry"


@pytest.fixture
async def ward(asker: Asker) -> Ward:
    """A patient of whom another hospital has written everything down."""
    made = await new_ward(asker.world)
    await made.written()
    insert = "insert into blood_type values ($1, 'AB_NEGATIVE', $2, $3, now())"
    await asker.world.rows(insert, made.resident.resident_id, made.hospital.institution_id, made.visit.id)
    return made


async def read(asker: Asker, hospital: Viewer, visit: Key) -> dict[str, Any]:
    node: dict[str, Any] = (await asker.data(hospital, VISIT_RECORD, visitId=visit_id(visit), first=50))["node"]
    return node


async def until(asker: Asker, visit: Key, when: str) -> None:
    """Sets when the visit ends: in SQL."""
    sql = f"update visit set expires_at = opened_at + interval '{when}' where resident_id = $1 and id = $2"
    await asker.world.rows(sql, visit.resident_id, visit.id)


async def log(asker: Asker, ward: Ward, hospital: Viewer) -> list[tuple[Any, ...]]:
    rows = await asker.world.rows(LOG, ward.resident.resident_id, hospital.institution_id)
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("steps", PAIRS, ids=lambda steps: "+".join(steps))
async def test_each_visit_reads_as_though_it_were_alone(asker: Asker, ward: Ward, steps: tuple[CareStep, CareStep]) -> None:
    hospital = await asker.world.institution()
    visits = [await scanned(asker.world, ward.resident, hospital, step) for step in steps]
    for visit in visits:
        await until(asker, visit, "1 hour")
    together = [await read(asker, hospital, visit) for visit in visits]
    for step, node in zip(steps, together, strict=True):
        person = node["resident"]
        assert node["careStep"] == step
        assert (person["birthDate"] is not None) == (step in TREATING)
        assert (person["healthSummary"]["bloodType"] is not None) == (step in SAFELY)
        kinds = {"Condition", "Allergy", "Immunization"} if step in SAFELY else set()
        assert {one["__typename"] for one in person["healthRecord"]["nodes"]} == kinds
    assert [step for step, *_ in await log(asker, ward, hospital)] == list(steps)
    for visit, other, node in zip(visits, reversed(visits), together, strict=True):
        await until(asker, other, "-1 hour")
        assert await read(asker, hospital, visit) == node
        await until(asker, other, "1 hour")


@pytest.mark.parametrize("steps", PAIRS, ids=lambda steps: "+".join(steps))
async def test_a_scan_shows_what_its_own_step_needs(asker: Asker, ward: Ward, steps: tuple[CareStep, CareStep]) -> None:
    hospital = await asker.world.institution()
    purposes = {CareStep.PAY: CodePurpose.PAY, CareStep.COLLECT_MEDICINE: CodePurpose.COLLECT}
    for step in steps:
        code = await asker.world.present(ward.resident, purposes.get(step, CodePurpose.RECORDS))
        visit = (await asker.change(hospital, SCANNED, **scan(code, step)))["visit"]
        person = visit["resident"]
        assert (person["sex"] is not None, person["documentNumberMasked"] is not None) == (
            step in TREATING,
            step == CareStep.REGISTER,
        )
        summary = person["healthSummary"]
        assert (summary["bloodType"] is not None, bool(summary["allergies"])) == (step in SAFELY, step in SAFELY)
    assert [step for step, *_ in await log(asker, ward, hospital)] == list(steps)


async def test_a_glass_that_was_broken_in_one_visit_is_whole_in_the_other(asker: Asker, ward: Ward) -> None:
    hospital = await asker.world.institution()
    paying = await scanned(asker.world, ward.resident, hospital, CareStep.PAY)
    urgent = await scanned(asker.world, ward.resident, hospital, CareStep.REGISTER)
    payload = await asker.change(hospital, BREAK_GLASS, visitId=visit_id(urgent), reason="昏迷")
    assert payload["visit"]["id"] == visit_id(urgent)
    broken, whole = await read(asker, hospital, urgent), await read(asker, hospital, paying)
    assert "Encounter" in {one["__typename"] for one in broken["resident"]["healthRecord"]["nodes"]}
    assert broken["resident"]["healthSummary"]["bloodType"] == "AB_NEGATIVE"
    assert whole["resident"]["healthRecord"]["nodes"] == []
    assert whole["resident"]["healthSummary"]["bloodType"] is None
    told = await log(asker, ward, hospital)
    assert told[-2:] == [("REGISTER", True, "昏迷"), ("PAY", False, None)]
    # The emergency is the last word where no visit leads to what is read.
    await asker.data(
        hospital, "query($id: ID!) { resident(id: $id) { healthRecord { nodes { id } } } }", id=whole["resident"]["id"]
    )
    assert (await log(asker, ward, hospital))[-1] == ("REGISTER", True, "昏迷")


async def test_both_paths_in_one_request_are_one_entry(asker: Asker, ward: Ward) -> None:
    hospital = await asker.world.institution()
    paying = await scanned(asker.world, ward.resident, hospital, CareStep.PAY)
    treating = await scanned(asker.world, ward.resident, hospital, CareStep.SURGERY)
    visit = "... on Visit { careStep resident { sex } }"
    fields = f"a: node(id: $a) {{ {visit} }} b: node(id: $b) {{ {visit} }} nodes(ids: [$a, $b]) {{ {visit} }}"
    document = f"query($a: ID!, $b: ID!) {{ {fields} }}"
    seen = await asker.data(hospital, document, a=visit_id(paying), b=visit_id(treating))
    assert (seen["a"]["resident"]["sex"], seen["b"]["resident"]["sex"] is not None) == (None, True)
    assert seen["nodes"] == [seen["a"], seen["b"]]
    assert await log(asker, ward, hospital) == [("SURGERY", False, None)]


async def test_who_lies_there_is_treated_without_a_visit_and_pays_as_others_do(asker: Asker, ward: Ward) -> None:
    hospital = await asker.world.institution()
    paying = await scanned(asker.world, ward.resident, hospital, CareStep.PAY)
    id = (await read(asker, hospital, paying))["resident"]["id"]
    document = (
        "query($id: ID!) { resident(id: $id) { sex documentNumberMasked healthSummary { bloodType allergies { substance } } } }"
    )
    before = (await asker.data(hospital, document, id=id))["resident"]
    assert before == {"sex": None, "documentNumberMasked": None, "healthSummary": {"bloodType": None, "allergies": []}}
    stay = (
        "insert into admission (resident_id, id, institution_id, visit_id, status, ward, bed, admitted_at)"
        " select resident_id, $3, institution_id, id, 'ADMITTED', '内科', '3', now() from visit where resident_id = $1 and id = $2"
    )
    await asker.world.rows(stay, paying.resident_id, paying.id, paying.id)
    during = (await asker.data(hospital, document, id=id))["resident"]
    assert (during["sex"] is not None, during["documentNumberMasked"]) == (True, None)
    assert during["healthSummary"] == {"bloodType": "AB_NEGATIVE", "allergies": [{"substance": "青霉素"}]}
    await until(asker, paying, "1 hour")
    through = (await read(asker, hospital, paying))["resident"]
    assert (through["sex"], through["healthSummary"]["bloodType"]) == (None, None)
    await until(asker, paying, "-1 hour")
    assert (await asker.data(hospital, document, id=id))["resident"] == during
    await asker.world.rows("update admission set status = 'DISCHARGED' where resident_id = $1", paying.resident_id)
    assert (await asker.data(hospital, document, id=id))["resident"] is None
