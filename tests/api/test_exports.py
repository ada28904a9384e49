"""Exports and the documents of reports through the whole application: who may ask, who may read, and what the access log says."""

from typing import Any

import pytest

from domain.enums import CareScope, CareStep, ErrorCode
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.resolvers.laboratory import Laboratory, new_laboratory, report_id
from tests.resolvers.world import public

EXPORT = """
mutation ExportHealthRecord($input: ExportHealthRecordInput!) {
  exportHealthRecord(input: $input) {
    file { id status url mediaType expiresAt } userErrors { code field message retryAt }
  }
}"""
FILE = "query($id: ID!) { node(id: $id) { ... on File { status url mediaType } } }"
DOCUMENT = "query($id: ID!) { node(id: $id) { ... on Report { document { id status url } } } }"
KINDS = "select kinds from access_log where resident_id = $1 and actor_id = $2 order by entry"


@pytest.fixture
async def laboratory(asker: Asker) -> Laboratory:
    return await new_laboratory(asker.world)


async def read(asker: Asker, viewer: Viewer | None, id: str) -> Any:
    return (await asker.data(viewer, FILE, id=id))["node"]


async def document(asker: Asker, viewer: Viewer, report: str) -> Any:
    node = (await asker.data(viewer, DOCUMENT, id=report))["node"]
    return node and node["document"]


async def looked(asker: Asker, resident: Viewer, viewer: Viewer) -> list[list[str]]:
    actor = viewer.resident_id or viewer.institution_id
    return [row["kinds"] for row in await asker.world.rows(KINDS, resident.resident_id, actor)]


async def test_the_resident_exports_and_alone_sees_the_file(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    resident = laboratory.resident
    await asker.change(resident, EXPORT, format="PDF")
    statements.clear()
    payload = await asker.change(resident, EXPORT, format="JSON")
    # Two counts, the file, its key, the job and the workers woken, audit, the payload.
    assert len(statements) == 8
    assert payload["userErrors"] == []
    file = payload["file"]
    assert (file["status"], file["url"], file["mediaType"]) == ("PENDING", None, "application/json")
    assert file["expiresAt"] is not None
    assert (await read(asker, resident, file["id"]))["status"] == "PENDING"
    for other in (await asker.world.resident(), laboratory.hospital):
        assert await read(asker, other, file["id"]) is None
    assert await looked(asker, resident, resident) == []


async def test_a_carer_of_the_record_exports_and_is_in_the_access_log(asker: Asker, laboratory: Laboratory) -> None:
    carer, other = await asker.world.resident(), await asker.world.resident()
    await asker.world.care_for(laboratory.resident, carer, CareScope.RECORDS)
    await asker.world.care_for(laboratory.resident, other, CareScope.REPORTS, CareScope.CARD, CareScope.BILLS)
    payload = await asker.change(carer, EXPORT, format="JSON", residentId=id_of(laboratory.resident))
    assert payload["userErrors"] == []
    assert await looked(asker, laboratory.resident, carer) == [
        ["APPOINTMENT", "BILL", "CARD", "CONSENT", "IDENTITY", "PAYMENT", "PRESCRIPTION", "RECORD", "REPORT"],
        ["FILE"],
    ]
    assert (await read(asker, carer, payload["file"]["id"]))["status"] == "PENDING"
    assert await read(asker, other, payload["file"]["id"]) is None
    refused = await asker.change(other, EXPORT, format="JSON", residentId=id_of(laboratory.resident))
    assert [(one["code"], one["field"]) for one in refused["userErrors"]] == [(ErrorCode.FORBIDDEN, ["residentId"])]
    stranger = await asker.change(await asker.world.resident(), EXPORT, format="JSON", residentId=id_of(laboratory.resident))
    assert [one["code"] for one in stranger["userErrors"]] == [ErrorCode.NOT_FOUND]


async def test_nobody_exports_without_end(asker: Asker, laboratory: Laboratory) -> None:
    codes = [
        [one["code"] for one in (await asker.change(laboratory.resident, EXPORT, format="JSON"))["userErrors"]] for _ in range(11)
    ]
    assert codes == [[]] * 10 + [[ErrorCode.RATE_LIMITED]]
    sql = "select count(*) from file where resident_id = $1 and kind = 'RECORD_EXPORT'"
    assert await asker.world.value(sql, laboratory.resident.resident_id) == 10


@pytest.mark.parametrize("viewer", ["hospital", "nobody"])
async def test_only_residents_export(asker: Asker, laboratory: Laboratory, viewer: str) -> None:
    who = laboratory.hospital if viewer == "hospital" else None
    answer = await asker.whole(who, EXPORT, input={"format": "JSON", "residentId": id_of(laboratory.resident)})
    if viewer == "nobody":
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    else:
        assert [one["code"] for one in answer["data"]["exportHealthRecord"]["userErrors"]] == [ErrorCode.FORBIDDEN]


async def test_the_document_is_for_whoever_may_read_the_report(asker: Asker, laboratory: Laboratory) -> None:
    report = report_id(await laboratory.publish())
    await laboratory.made()
    resident, world = laboratory.resident, asker.world
    carer, of_card, of_record = [await world.resident() for _ in range(3)]
    await world.care_for(resident, carer, CareScope.REPORTS)
    await world.care_for(resident, of_card, CareScope.CARD)
    await world.care_for(resident, of_record, CareScope.RECORDS)
    for may in (resident, laboratory.hospital, carer):
        shown = await document(asker, may, report)
        assert shown["status"] == "READY"
        assert "/files/" in shown["url"]
        assert (await read(asker, may, shown["id"]))["url"] == shown["url"]
    elsewhere = await world.institution()
    await world.verify(elsewhere, await world.present(resident), CareStep.REGISTER)
    for may_not in (of_card, of_record, elsewhere, await world.resident()):
        assert await document(asker, may_not, report) is None
        assert await read(asker, may_not, shown["id"]) is None
    assert ["FILE", "REPORT"] in await looked(asker, resident, carer)


async def test_the_image_of_the_card_stays_with_carers_of_the_card(asker: Asker, laboratory: Laboratory) -> None:
    resident, world = laboratory.resident, asker.world
    assert resident.resident_id is not None
    sql = "select id from file where resident_id = $1 and kind = 'CARD_IMAGE' limit 1"
    image = public("F", await world.value(sql, resident.resident_id), resident.resident_id)
    of_card, of_reports = await world.resident(), await world.resident()
    await world.care_for(resident, of_card, CareScope.CARD)
    await world.care_for(resident, of_reports, CareScope.REPORTS, CareScope.RECORDS)
    assert await read(asker, of_card, image) is not None
    assert await read(asker, of_reports, image) is None
    assert await read(asker, laboratory.hospital, image) is None
