"""A report goes out under a link and comes back in the resident's log; and what reports cost, in statements."""

from datetime import timedelta
from typing import Any

import pytest

from domain.times import to_text
from tests.api.asking import Asker, id_of
from tests.api.report_documents import AMEND, MARK_READ, REPORT, REVOKE, SHARE, WITHDRAW
from tests.resolvers.laboratory import Laboratory, new_laboratory, report_id

PDF = b"%PDF-1.7 the report"
ACCESS_LOG = """
query AccessLog($residentId: ID, $first: Int!, $after: String) {
  resident(id: $residentId) {
    accessLog(first: $first, after: $after) {
      nodes { id at actor careStep purpose kinds breakGlass reason digest } pageInfo { hasNextPage endCursor }
    }
  }
}"""


@pytest.fixture
async def laboratory(asker: Asker) -> Laboratory:
    return await new_laboratory(asker.world)


async def share(asker: Asker, laboratory: Laboratory, report: str, **given: Any) -> dict[str, Any]:
    """A link of the resident's."""
    until = to_text(asker.world.now + timedelta(days=7))
    payload = await asker.change(laboratory.resident, SHARE, reportId=report, expiresAt=until, **given)
    assert payload["userErrors"] == []
    link: dict[str, Any] = payload["link"]
    return link


async def test_a_doctor_elsewhere_opens_it_and_the_resident_sees_that(
    asker: Asker, laboratory: Laboratory, statements: list[str]
) -> None:
    report = report_id(await laboratory.publish())
    await laboratory.made(PDF)
    link = await share(asker, laboratory, report, passcode="春风十里")
    page = await asker.http.get(link["url"], headers={"accept-language": "en-GB"})
    assert (page.status_code, "Open the report" in page.text) == (200, True)
    assert (await asker.http.post(link["url"], data={"passcode": "春风"})).status_code == 403
    statements.clear()
    opened = await asker.http.post(link["url"], data={"passcode": "春风十里"})
    assert (opened.status_code, opened.content, opened.headers["content-type"]) == (200, PDF, "application/pdf")
    # Where the key leads, twice; the try; that it was right, the document, the opening; the head of the log, the entry.
    assert len(statements) == 8
    (shown,) = (await asker.data(laboratory.resident, REPORT, id=report))["node"]["links"]
    assert (shown["id"], shown["openedCount"]) == (link["id"], 1)
    data = await asker.data(laboratory.resident, ACCESS_LOG, residentId=id_of(laboratory.resident), first=1)
    (entry,) = data["resident"]["accessLog"]["nodes"]
    assert (entry["actor"], entry["purpose"], entry["kinds"], entry["careStep"]) == ("分享链接", "SHARED", ["REPORT"], None)
    await asker.data(laboratory.resident, REVOKE, id=link["id"])
    assert (await asker.http.get(link["url"])).status_code == 404


async def test_it_opens_in_so_many_statements(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    report = report_id(await laboratory.publish())
    await laboratory.made(PDF)
    link = await share(asker, laboratory, report)
    statements.clear()
    assert (await asker.http.get(link["url"])).content == PDF
    assert len(statements) == 6
    statements.clear()
    assert (await asker.http.get(link["url"][:-1] + "~")).status_code == 404
    assert statements == []  # it is no key


async def test_what_changes_cost(asker: Asker, laboratory: Laboratory, statements: list[str]) -> None:
    first = report_id(await laboratory.publish())
    await share(asker, laboratory, first)
    await asker.data(laboratory.hospital, "{ client { id } }")  # who asks is known from here on
    statements.clear()
    await asker.data(laboratory.resident, MARK_READ, id=first)
    # It is read, audit, the payload.
    assert len(statements) == 3
    statements.clear()
    await share(asker, laboratory, first)
    # How it stands, the link with its key, audit, the payload.
    assert len(statements) == 4
    statements.clear()
    amended = await asker.change(laboratory.hospital, AMEND, reportId=first, conclusion="丙", reason="漏写", idempotencyKey="k")
    # The key; the report, its observations; it is superseded, its document made anew: the file, the job, the workers woken; whom it
    # is about, the new report, its document: the file, its key, the job, the workers woken; audit, who is told and the workers
    # woken, the key's result, the payload.
    assert len(statements) == 18
    second = amended["report"]["id"]
    statements.clear()
    await asker.change(laboratory.hospital, WITHDRAW, reportId=second, reason="非本人标本")
    # The report with its versions, their documents, audit, who is told and the workers woken, the payload.
    assert len(statements) == 6
