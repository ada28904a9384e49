"""A hospital scans: what each care step sees, what is refused, and what is written down of it."""

import asyncio
import os
from collections import Counter

import pytest

from domain.enums import CareStep, CodePurpose, ErrorCode
from tests.api.asking import Asker, id_of, visit_id
from tests.api.documents import VERIFY

IDENTITY = ("fullName", "sex", "birthDate", "documentNumberMasked", "phoneMasked")
TREATING = {"fullName", "sex", "birthDate"}
# Which code opens the step, and what of the person the step is shown.
STEPS = [
    (CareStep.REGISTER, CodePurpose.IDENTIFY, set(IDENTITY)),
    (CareStep.EXAMINE, CodePurpose.IDENTIFY, TREATING),
    (CareStep.OTHER, CodePurpose.IDENTIFY, {"fullName"}),
    (CareStep.DIAGNOSE, CodePurpose.RECORDS, TREATING),
    (CareStep.PRESCRIBE, CodePurpose.RECORDS, TREATING),
    (CareStep.SURGERY, CodePurpose.RECORDS, TREATING),
    (CareStep.PAY, CodePurpose.PAY, {"fullName"}),
    (CareStep.COLLECT_MEDICINE, CodePurpose.COLLECT, {"fullName"}),
]


def scan(code: str, step: CareStep = CareStep.REGISTER) -> dict[str, object]:
    terminal = {"id": "W-3", "kind": "WINDOW"}
    return {"code": code, "careStep": step, "careSetting": "OUTPATIENT", "terminal": terminal}


@pytest.mark.parametrize(("step", "purpose", "seen"), STEPS)
async def test_step_sees_what_it_needs_and_no_more(asker: Asker, step: CareStep, purpose: CodePurpose, seen: set[str]) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    payload = await asker.change(hospital, VERIFY, **scan(await asker.world.present(resident, purpose), step))
    assert payload["userErrors"] == []
    shown = payload["visit"]["resident"]
    assert {name for name in IDENTITY if shown[name] is not None} == seen


async def test_every_step_is_covered() -> None:
    assert {step for step, _, _ in STEPS} == set(CareStep)


async def test_one_code_scanned_many_times_at_once_opens_one_visit(asker: Asker) -> None:
    many = int(os.environ.get("PROOF_SCANS", "40"))
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    code = await asker.world.present(resident)
    payloads = await asyncio.gather(*(asker.change(hospital, VERIFY, **scan(code)) for _ in range(many)))
    outcomes = Counter(p["userErrors"][0]["code"] if p["userErrors"] else "ACCEPTED" for p in payloads)
    assert outcomes == {"ACCEPTED": 1, ErrorCode.ALREADY_USED: many - 1}
    assert await asker.world.value("select count(*) from visit where resident_id = $1", resident.resident_id) == 1
    scans = await asker.world.rows("select outcome from scan where resident_id = $1", resident.resident_id)
    assert Counter(row["outcome"] for row in scans) == outcomes


async def test_each_scan_that_reads_is_in_the_residents_log(asker: Asker) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution(name="市第八人民医院")
    await asker.change(hospital, VERIFY, **scan(await asker.world.present(resident)))
    (entry,) = await asker.world.rows("select * from access_log where resident_id = $1", resident.resident_id)
    assert (entry["actor"], entry["actor_kind"], entry["care_step"]) == ("市第八人民医院", "INSTITUTION", "REGISTER")
    assert entry["kinds"] == ["CARD", "IDENTITY", "VISIT"]


async def test_visit_that_expired_shows_nobody(asker: Asker) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    visit = await asker.world.verify(hospital, await asker.world.present(resident))
    document = "query($id: ID!) { node(id: $id) { id ... on Visit { careStep resident { id } card { id } } } }"
    id = visit_id(visit)
    open_visit = (await asker.data(hospital, document, id=id))["node"]
    assert open_visit["resident"]["id"] == id_of(resident)
    await asker.world.rows("update visit set expires_at = now() where resident_id = $1", resident.resident_id)
    assert (await asker.data(hospital, document, id=id))["node"] == {
        "id": id,
        "careStep": "REGISTER",
        "resident": None,
        "card": None,
    }


async def test_visit_is_of_its_institution_alone(asker: Asker) -> None:
    resident, hospital, other = await asker.world.resident(), await asker.world.institution(), await asker.world.institution()
    visit = await asker.world.verify(hospital, await asker.world.present(resident))
    id = visit_id(visit)
    resident_id = id_of(resident)
    document = "query($id: ID!, $residentId: ID!) { node(id: $id) { id } resident(id: $residentId) { fullName } }"
    assert await asker.data(other, document, id=id, residentId=resident_id) == {"node": None, "resident": None}
    assert (await asker.data(hospital, document, id=id, residentId=resident_id))["resident"] == {"fullName": "王小明"}


async def test_two_visits_of_one_resident_each_show_what_their_step_needs(asker: Asker) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    registering = await asker.world.verify(hospital, await asker.world.present(resident))
    paying = await asker.world.verify(hospital, await asker.world.present(resident, CodePurpose.PAY), CareStep.PAY)
    document = "query($id: ID!) { node(id: $id) { ... on Visit { resident { sex phoneMasked } } } }"

    async def seen(visit_id: str) -> dict[str, object]:
        resident_seen: dict[str, object] = (await asker.data(hospital, document, id=visit_id))["node"]["resident"]
        return resident_seen

    at_window = await seen(visit_id(registering))
    assert None not in at_window.values()
    assert await seen(visit_id(paying)) == {"sex": None, "phoneMasked": None}


@pytest.mark.parametrize("code", ["", "EC1:", "EC1:ABC", "hello", "张", "0" * 5_000])
async def test_what_is_no_code_is_refused_by_name(asker: Asker, code: str) -> None:
    payload = await asker.change(await asker.world.institution(), VERIFY, **scan(code))
    assert payload["visit"] is None
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("INVALID_CODE", ["code"])]
