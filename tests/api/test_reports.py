"""Reports through the whole application: the documents that consumers send, who sees what, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest

from domain.enums import CareStep, CodePurpose
from domain.ids import Key
from domain.times import to_text
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.api.report_documents import (
    AMEND,
    MARK_READ,
    PUBLISH,
    REPORT,
    REPORTS,
    REVOKE,
    SHARE,
    TREND,
    WITHDRAW,
)
from tests.resolvers.laboratory import Laboratory, new_laboratory, report_id
from tests.resolvers.world import public

OBSERVATIONS = [
    {"code": "GLU", "display": "葡萄糖", "value": "7.2", "unit": "mmol/L", "referenceRange": "3.9-6.1", "flag": "HIGH"},
    {"code": "HBSAG", "display": "乙肝表面抗原", "value": "阴性"},
]
SEEN = [OBSERVATIONS[0], {**OBSERVATIONS[1], "unit": None, "referenceRange": None, "flag": None}]
NODE = "query($id: ID!) { node(id: $id) { ... on Report { %s } } }"


@pytest.fixture
async def laboratory(asker: Asker) -> Laboratory:
    return await new_laboratory(asker.world)


def given(laboratory: Laboratory, **changes: Any) -> dict[str, Any]:
    return {
        "visitId": laboratory.visit_id,
        "number": "N-1",
        "title": "生化检查",
        "category": "LABORATORY",
        "observations": OBSERVATIONS,
        "authorId": laboratory.author,
        "idempotencyKey": "k-1",
        **changes,
    }


async def listed(asker: Asker, viewer: Viewer, laboratory: Laboratory, **query: Any) -> list[str]:
    """The ids that the viewer finds among the resident's reports."""
    variables = {"residentId": id_of(laboratory.resident), "first": 9, **query}
    resident = (await asker.data(viewer, REPORTS, **variables))["resident"]
    return [] if resident is None else [node["id"] for node in resident["reports"]["nodes"]]


def logged(kinds: str) -> str:
    return f"select count(*) from access_log where resident_id = $1 and actor_id = $2 and kinds = '{{{kinds}}}'"


async def test_a_report_is_published_in_so_many_statements(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    await asker.change(laboratory.hospital, PUBLISH, **given(laboratory))
    statements.clear()
    payload = await asker.change(laboratory.hospital, PUBLISH, **given(laboratory, number="N-2", idempotencyKey="k-2"))
    # The key, visit, author, number, whom it is about, report with its observations, document, its key, the job and the workers
    # woken, audit, who is told and the workers woken, the key's result, the payload.
    assert len(statements) == 15
    assert payload["userErrors"] == []
    assert payload["report"]["status"] == "FINAL"


async def test_the_same_key_gives_the_report_as_it_is_now(asker: Asker, laboratory: Laboratory) -> None:
    first = (await asker.change(laboratory.hospital, PUBLISH, **given(laboratory)))["report"]
    amended = await asker.change(
        laboratory.hospital, AMEND, reportId=first["id"], conclusion="偏高", reason="漏写结论", idempotencyKey="k-2"
    )
    assert amended["userErrors"] == []
    assert amended["report"] == {"id": amended["report"]["id"], "status": "FINAL", "version": 2, "supersedes": {"id": first["id"]}}
    again = await asker.change(laboratory.hospital, PUBLISH, **given(laboratory))
    assert again["report"] == {**first, "status": "AMENDED"}
    other = await asker.change(laboratory.hospital, PUBLISH, **given(laboratory, title="血脂"))
    assert (other["report"], other["userErrors"][0]["code"]) == (None, "IDEMPOTENCY_KEY_REUSED")
    twice = await asker.change(
        laboratory.hospital, AMEND, reportId=first["id"], conclusion="偏高", reason="漏写结论", idempotencyKey="k-2"
    )
    assert twice == amended


async def test_refusals_say_where(asker: Asker, laboratory: Laboratory) -> None:
    first = (await asker.change(laboratory.hospital, PUBLISH, **given(laboratory)))["report"]
    for changes, code, field in (
        ({"title": "血脂", "idempotencyKey": "k-2"}, "CONFLICT", ["number"]),
        ({"observedAt": "2100-01-01T00:00:00Z", "idempotencyKey": "k-3"}, "INVALID_INPUT", ["observedAt"]),
        ({"authorId": "x", "idempotencyKey": "k-4"}, "NOT_FOUND", ["authorId"]),
        (
            {"observations": [{**OBSERVATIONS[1], "referenceRange": "长" * 101}], "idempotencyKey": "k-5"},
            "INVALID_INPUT",
            ["observations", "0", "referenceRange"],
        ),
    ):
        payload = await asker.change(laboratory.hospital, PUBLISH, **given(laboratory, **changes))
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    await asker.change(laboratory.hospital, WITHDRAW, reportId=first["id"], reason="非本人标本")
    payload = await asker.change(laboratory.hospital, AMEND, reportId=first["id"], reason="x", idempotencyKey="k-6")
    assert payload["userErrors"][0]["code"] == "WRONG_STATE"


async def test_the_resident_reads_it_in_one_statement(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    report = (await asker.change(laboratory.hospital, PUBLISH, **given(laboratory, conclusion="血糖偏高")))["report"]["id"]
    await asker.data(laboratory.resident, REPORT, id=report)
    statements.clear()
    node = (await asker.data(laboratory.resident, REPORT, id=report))["node"]
    assert len(statements) == 1
    assert node["observations"] == SEEN
    assert (node["title"], node["category"], node["status"], node["version"]) == ("生化检查", "LABORATORY", "FINAL", 1)
    assert (node["findings"], node["conclusion"], node["supersededBy"], node["links"]) == (None, "血糖偏高", None, [])
    assert (node["institution"], node["author"]) == ({"name": "市第九人民医院"}, {"name": "李慧"})
    assert node["resident"] == {"id": id_of(laboratory.resident), "fullName": "王小明"}
    assert node["document"] == {"status": "PENDING", "url": None}
    assert node["credential"].startswith("shc:/")
    assert await asker.world.value("select count(*) from access_log where actor_id = $1", laboratory.resident.resident_id) == 0


async def test_current_versions_newest_first_by_category(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    first = await laboratory.publish()
    checkup = await laboratory.publish(number="N-2", category="CHECKUP")
    second = await laboratory.amend(first, conclusion="丙")
    gone = await laboratory.publish(number="N-3")
    await laboratory.withdraw(gone)
    await asker.data(laboratory.resident, REPORTS, first=2)
    statements.clear()
    page = (await asker.data(laboratory.resident, REPORTS, first=2))["resident"]["reports"]
    assert len(statements) == 1
    assert [node["id"] for node in page["nodes"]] == [report_id(second), report_id(checkup)]
    rest = (await asker.data(laboratory.resident, REPORTS, first=2, after=page["pageInfo"]["endCursor"]))["resident"]["reports"]
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)  # the one from elsewhere
    assert await listed(asker, laboratory.resident, laboratory, categories=["CHECKUP", "IMAGING"]) == [report_id(checkup)]
    assert await listed(asker, laboratory.resident, laboratory, categories=[]) == []
    node = (await asker.data(laboratory.resident, REPORT, id=report_id(first)))["node"]
    assert (node["status"], node["supersededBy"], node["conclusion"]) == ("AMENDED", {"id": report_id(second)}, None)
    assert node["observations"] == SEEN


async def test_of_a_withdrawn_report_nothing_is_left(asker: Asker, laboratory: Laboratory) -> None:
    report = await laboratory.publish(findings="甲", conclusion="乙")
    (observation,) = await asker.world.rows("select id from observation where report_id = $1 limit 1", report.id)
    link = await laboratory.share(report, expires_at=asker.world.now + timedelta(days=1))
    await laboratory.made()
    payload = await asker.change(laboratory.hospital, WITHDRAW, reportId=report_id(report), reason="非本人标本")
    assert payload == {"report": {"id": report_id(report), "status": "WITHDRAWN"}, "userErrors": []}
    for viewer in (laboratory.resident, laboratory.hospital):
        node = (await asker.data(viewer, REPORT, id=report_id(report)))["node"] if viewer is laboratory.resident else None
        if node:
            assert (node["status"], node["findings"], node["conclusion"]) == ("WITHDRAWN", None, None)
            assert (node["observations"], node["document"], node["credential"]) == ([], None, None)
            assert [one["id"] for one in node["links"]] == [public("l", link.id, link.resident_id)]
        data = await asker.data(
            viewer, "query($id: ID!) { node(id: $id) { id } }", id=public("o", observation["id"], report.resident_id)
        )
        assert data["node"] is None
    shown = await asker.data(laboratory.resident, NODE % "withdrawReason links { url }", id=report_id(report))
    assert shown["node"] == {"withdrawReason": "非本人标本", "links": [{"url": None}]}


async def test_the_same_examination_over_time(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    now = asker.world.now
    values = [("6.1", 9), ("6.5", 5), ("6.3", 7)]
    for value, days in values:
        observations = [{"code": "GLU", "display": "葡萄糖", "value": value, "unit": "mmol/L"}]
        await laboratory.publish(number=value, observations=observations, observed_at=now - timedelta(days=days))
    wrong = await laboratory.publish(
        number="9", observations=[{"code": "GLU", "display": "x", "value": "99"}], observed_at=now - timedelta(days=8)
    )
    await laboratory.amend(wrong, observations=[{"code": "GLU", "display": "x", "value": "5.9"}])
    gone = await laboratory.publish(number="10", observations=[{"code": "GLU", "display": "x", "value": "98"}])
    await laboratory.withdraw(gone)
    await asker.data(laboratory.resident, TREND, code="GLU", first=9)
    statements.clear()
    nodes = (await asker.data(laboratory.resident, TREND, code="GLU", first=9))["resident"]["observations"]["nodes"]
    assert len(statements) == 1
    assert [node["value"] for node in nodes] == ["5.0", "6.5", "6.3", "5.9", "6.1"]  # the first is from elsewhere
    assert nodes[1]["observedAt"] == to_text(now - timedelta(days=5))
    assert nodes[1]["report"]["institution"] == {"name": "市第九人民医院"}
    assert (await asker.data(laboratory.resident, TREND, code="LDL", first=9))["resident"]["observations"]["nodes"] == []


async def test_a_carer_reads_reports_with_that_scope_alone_and_is_logged(asker: Asker, laboratory: Laboratory) -> None:
    with_scope, without, stranger = [await asker.world.resident() for _ in range(3)]
    await asker.world.care_for(laboratory.resident, with_scope, "REPORTS")
    await asker.world.care_for(laboratory.resident, without, "CARD", "RECORDS", "PRESCRIPTIONS")
    report = await laboratory.publish()
    assert report_id(report) in await listed(asker, with_scope, laboratory)
    assert await listed(asker, without, laboratory) == []
    assert await listed(asker, stranger, laboratory) == []
    node = (await asker.data(with_scope, REPORT, id=report_id(report)))["node"]
    assert (len(node["observations"]), node["links"]) == (2, [])
    assert (await asker.data(without, REPORT, id=report_id(report)))["node"] is None
    owner = laboratory.resident.resident_id
    assert await asker.world.value(logged("IDENTITY,REPORT"), owner, with_scope.resident_id) == 1
    assert await asker.world.value("select count(*) from access_log where actor_id = $1", stranger.resident_id) == 0


async def test_institutions_read_their_own_and_nobody_elses(asker: Asker, laboratory: Laboratory) -> None:
    report = await laboratory.publish()
    await asker.change(
        laboratory.resident, SHARE, reportId=report_id(report), expiresAt=to_text(asker.world.now + timedelta(days=1))
    )
    other = await asker.world.institution()
    visit = await asker.world.verify(other, await asker.world.present(laboratory.resident, CodePurpose.RECORDS), CareStep.DIAGNOSE)
    assert visit.resident_id == report.resident_id
    assert (await asker.data(other, NODE % "id", id=report_id(report)))["node"] is None
    await asker.data(laboratory.resident, MARK_READ, id=report_id(report))
    shown = (await asker.data(laboratory.hospital, NODE % "readAt observations { value } links { id }", id=report_id(report)))[
        "node"
    ]
    assert shown == {"readAt": None, "observations": [{"value": "7.2"}, {"value": "阴性"}], "links": []}
    assert await asker.world.value(logged("REPORT"), laboratory.resident.resident_id, laboratory.hospital.institution_id) == 1


async def test_it_is_marked_as_read(asker: Asker, laboratory: Laboratory) -> None:
    report = report_id(await laboratory.publish())
    first = (await asker.data(laboratory.resident, MARK_READ, id=report))["markReportRead"]
    assert (first["userErrors"], first["report"]["id"]) == ([], report)
    assert first["report"]["readAt"] is not None
    assert (await asker.data(laboratory.resident, MARK_READ, id=report))["markReportRead"] == first
    refused = (await asker.data(await asker.world.resident(), MARK_READ, id=report))["markReportRead"]
    assert (refused["report"], refused["userErrors"][0]["code"]) == (None, "NOT_FOUND")


async def test_a_link_is_made_and_revoked(asker: Asker, laboratory: Laboratory) -> None:
    report = await laboratory.publish()
    until = to_text(asker.world.now + timedelta(days=30))
    payload = await asker.change(laboratory.resident, SHARE, reportId=report_id(report), expiresAt=until)
    assert payload["userErrors"] == []
    link = payload["link"]
    assert link["expiresAt"] == until
    assert link["url"].startswith("http://127.0.0.1:8000/shared/")
    shown = (await asker.data(laboratory.resident, REPORT, id=report_id(report)))["node"]["links"]
    assert [(one["id"], one["revokedAt"], one["openedCount"]) for one in shown] == [(link["id"], None, 0)]
    first = (await asker.data(laboratory.resident, REVOKE, id=link["id"]))["revokeReportLink"]
    assert first["userErrors"] == []
    assert first["link"]["revokedAt"] is not None
    assert (await asker.data(laboratory.resident, REVOKE, id=link["id"]))["revokeReportLink"] == first
    shown = (await asker.data(laboratory.resident, NODE % "links { url }", id=report_id(report)))["node"]
    assert shown == {"links": [{"url": None}]}
    assert (await laboratory.done("report.shared"), await laboratory.done("report.unshared")) == (1, 1)


async def test_who_may_share(asker: Asker, laboratory: Laboratory) -> None:
    report, until = await laboratory.publish(), to_text(asker.world.now + timedelta(days=1))
    carer, other = await asker.world.resident(), await asker.world.resident()
    await asker.world.care_for(laboratory.resident, carer, "REPORTS")
    await asker.world.care_for(laboratory.resident, other, "RECORDS")
    made = await asker.change(carer, SHARE, reportId=report_id(report), expiresAt=until, passcode="2468")
    assert made["userErrors"] == []
    unknown = public("r", laboratory.visit.id, report.resident_id)
    amended = await laboratory.publish(number="N-2")
    await laboratory.amend(amended, conclusion="丙")
    for viewer, changes, code in (
        (other, {}, "FORBIDDEN"),
        (await asker.world.resident(), {}, "NOT_FOUND"),
        (laboratory.hospital, {}, "FORBIDDEN"),
        (laboratory.resident, {"reportId": unknown}, "NOT_FOUND"),
        (laboratory.resident, {"reportId": report_id(amended)}, "WRONG_STATE"),
        (laboratory.resident, {"passcode": "246"}, "INVALID_INPUT"),
        (laboratory.resident, {"passcode": "2" * 65}, "INVALID_INPUT"),
        (laboratory.resident, {"expiresAt": to_text(asker.world.now + timedelta(days=91))}, "INVALID_INPUT"),
        (laboratory.resident, {"expiresAt": to_text(asker.world.now - timedelta(days=1))}, "INVALID_INPUT"),
    ):
        payload = await asker.change(viewer, SHARE, **{"reportId": report_id(report), "expiresAt": until, **changes})
        assert (payload["link"], payload["userErrors"][0]["code"]) == (None, code)
    for viewer, code in ((other, "FORBIDDEN"), (laboratory.hospital, "FORBIDDEN")):
        refused = (await asker.data(viewer, REVOKE, id=made["link"]["id"]))["revokeReportLink"]
        assert refused["userErrors"][0]["code"] == code
    missing = Key(laboratory.visit.id, report.resident_id)
    refused = (await asker.data(carer, REVOKE, id=public("l", missing.id, missing.resident_id)))["revokeReportLink"]
    assert refused["userErrors"][0]["code"] == "NOT_FOUND"


async def test_each_needs_its_scope(asker: Asker, laboratory: Laboratory) -> None:
    answer = await asker.whole(asker.without(laboratory.hospital, "report:write"), PUBLISH, input=given(laboratory))
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    answer = await asker.whole(asker.without(laboratory.resident, "report:read"), REPORTS, first=1)
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
