"""The list of who looked, as phones ask for it: what it shows, to whom, and that it can be verified with nothing but itself."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from domain.access_list import Break, find_break
from domain.enums import CareStep, CodePurpose
from domain.viewer import Viewer
from ecard.commands.verify_log import command
from resolvers.emergencies import break_glass
from tests.api.asking import Asker, id_of, visit_id
from tests.resolvers.laboratory import new_laboratory

LOG = """
query AccessLog($residentId: ID, $first: Int!, $after: String) {
  resident(id: $residentId) {
    accessLog(first: $first, after: $after) {
      nodes { id at actor careStep purpose kinds breakGlass reason digest } pageInfo { hasNextPage endCursor }
    }
  }
}"""
WHOLE = LOG.replace("nodes { id", "nodes { entry actorKind previous hashed id")
VISIT = "query($id: ID!) { node(id: $id) { ... on Visit { careStep resident { fullName } } } }"


async def pages(asker: Asker, viewer: Viewer, resident: Viewer, document: str = WHOLE, size: int = 2) -> list[dict[str, Any]]:
    """All nodes, page by page."""
    nodes: list[dict[str, Any]] = []
    after = None
    while True:
        variables = {"residentId": id_of(resident), "first": size, "after": after}
        found = (await asker.data(viewer, document, **variables))["resident"]["accessLog"]
        nodes += found["nodes"]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            return nodes


async def looked_at(asker: Asker) -> tuple[Viewer, Viewer, Viewer]:
    """A resident at whom a hospital and a carer have looked, the hospital once in an emergency; others were looked at as well."""
    world = asker.world
    hospital, carer, resident = await world.institution(), await world.resident(), await world.resident()
    await world.care_for(resident, carer, "CARD", "RECORDS")
    for patient in (await world.resident(), resident):
        for step in (CareStep.REGISTER, CareStep.DIAGNOSE):
            visit = await world.verify(hospital, await world.present(patient, CodePurpose.RECORDS), step)
            await asker.data(hospital, VISIT, id=visit_id(visit))
    await asker.data(carer, "query($id: ID!) { resident(id: $id) { fullName card { number } } }", id=id_of(resident))
    return resident, carer, hospital


async def test_the_newest_stands_first_and_tells_who_and_why(asker: Asker) -> None:
    resident, carer, hospital = await looked_at(asker)
    nodes = await pages(asker, resident, resident, LOG)
    assert [(node["actor"], node["careStep"], node["purpose"]) for node in nodes] == [
        (carer.name, None, "FAMILY"),
        (hospital.name, "DIAGNOSE", "CARE"),
        (hospital.name, "REGISTER", "CARE"),
    ]
    assert [node["kinds"] for node in nodes] == [["CARD", "IDENTITY"], ["IDENTITY", "VISIT"], ["IDENTITY", "VISIT"]]
    assert all((node["breakGlass"], node["reason"]) == (False, None) for node in nodes)
    assert await pages(asker, resident, resident, LOG, size=9) == nodes  # reading one's own log leaves no trace in it


async def test_whoever_has_the_list_can_verify_it(asker: Asker, tmp_path: Path) -> None:
    resident, _, _ = await looked_at(asker)
    nodes = await pages(asker, resident, resident)
    assert [node["entry"] for node in nodes] == [3, 2, 1]
    assert find_break(nodes) is None

    def verify(given: Any) -> tuple[int, str]:
        file = tmp_path / "list.json"
        file.write_text(json.dumps(given), "utf-8")
        found = CliRunner().invoke(command, ["--file", str(file)])
        return found.exit_code, found.output

    code, output = verify(nodes)
    assert code == 0
    assert "Entries 1 to 3 are whole." in output
    assert nodes[0]["digest"] in output
    assert verify(nodes[:2])[1].startswith("Entries 2 to 3 are whole. Those before them are not in the list.")
    flipped = [{**node, "actor": node["actor"][:-1] + "x"} if node["entry"] == 2 else node for node in nodes]
    assert verify(flipped) == (1, "The list is broken at entry 2: its actor is not what was hashed.\n")
    assert verify([nodes[0], nodes[2]]) == (1, "The list is broken at entry 2: it is missing.\n")
    assert verify([]) == (0, "The list is empty.\n")
    wrong_ones: list[Any] = [{"data": {}}, [5], 5]
    for wrong in wrong_ones:
        assert "is no list of the access log." in verify(wrong)[1]


async def test_emergencies_and_links_stand_in_the_same_chain(asker: Asker) -> None:
    laboratory = await new_laboratory(asker.world)
    resident, hospital = laboratory.resident, laboratory.hospital
    link = await laboratory.share(await laboratory.publish(), expires_at=asker.world.now + timedelta(days=1))
    await laboratory.made()
    await asker.world.change(break_glass, hospital, visit_id=laboratory.visit_id, reason='昏迷 "急诊"')
    await asker.data(hospital, VISIT, id=laboratory.visit_id)
    assert (await asker.http.get(f"/shared/{(await laboratory.link(link))['key']}")).status_code == 200
    await asker.data(hospital, VISIT, id=laboratory.visit_id)
    nodes = await pages(asker, resident, resident)
    assert [(node["actorKind"], node["purpose"], node["breakGlass"], node["reason"]) for node in nodes] == [
        ("INSTITUTION", "CARE", True, '昏迷 "急诊"'),
        ("LINK", "SHARED", False, None),
        ("INSTITUTION", "CARE", True, '昏迷 "急诊"'),
    ]
    assert find_break(nodes) is None
    for number in (1, 2, 3):
        changed = [node | {"breakGlass": not node["breakGlass"]} if node["entry"] == number else node for node in nodes]
        assert find_break(changed) == Break(number, "its breakGlass is not what was hashed")


async def test_flipped_byte_in_the_database_is_found_where_it_is(asker: Asker) -> None:
    resident, _, _ = await looked_at(asker)
    for number, change in (
        (3, "actor = 'x'"),
        (2, "care_step = null"),
        (1, "digest = set_byte(digest, 4, 1 + get_byte(digest, 4) % 200)"),
    ):
        sql = f"update access_log set {change} where resident_id = $1 and entry = $2"
        await asker.world.rows(sql, resident.resident_id, number)
        found = find_break(await pages(asker, resident, resident))
        assert found == Break(number, "its digest is another one")


async def test_carer_with_records_reads_it_and_is_in_it(asker: Asker) -> None:
    resident, carer, hospital = await looked_at(asker)
    billing, stranger = await asker.world.resident(), await asker.world.resident()
    await asker.world.care_for(resident, billing, "CARD", "BILLS", "REPORTS")
    assert len(await pages(asker, carer, resident, size=9)) == 3
    nodes = await pages(asker, resident, resident)
    assert (nodes[0]["actor"], nodes[0]["kinds"]) == (carer.name, ["ACCESS_LOG", "IDENTITY"])
    assert find_break(nodes) is None
    assert await pages(asker, billing, resident) == []
    assert await pages(asker, hospital, resident) == []
    variables = {"residentId": id_of(resident), "first": 1}
    assert (await asker.data(stranger, LOG, **variables))["resident"] is None
    node = "query($id: ID!) { node(id: $id) { id } }"
    for viewer, seen in ((resident, True), (carer, True), (billing, False), (hospital, False), (stranger, False)):
        assert ((await asker.data(viewer, node, id=nodes[0]["id"]))["node"] is not None) is seen


async def test_session_without_the_scope_is_refused(asker: Asker) -> None:
    resident = asker.without(await asker.world.resident(), "record:read")
    answer = await asker.whole(resident, LOG, first=1)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_page_costs_one_statement(asker: Asker, statements: list[str]) -> None:
    resident, _, _ = await looked_at(asker)
    await asker.data(resident, "{ me { id } }")
    statements.clear()
    await asker.data(resident, WHOLE, first=20)
    assert len(statements) == 1


@pytest.mark.parametrize("after", ["WyJ4Il0", "WyIxIl0", "WyIxIiwiMSJd", "x"])
async def test_cursor_that_is_none_is_refused(asker: Asker, after: str) -> None:
    answer = await asker.whole(await asker.world.resident(), LOG, first=1, after=after)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
