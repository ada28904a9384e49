"""Shared reports, for whoever has a link."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from db import access_chain
from db import report_links as stored
from db.pool import Pool
from domain.access_chain import first_break
from domain.ids import Key
from domain.report_links import TRIES
from ecard.shared import SharedReports
from resolvers import report_links
from tests.resolvers.laboratory import Laboratory, new_laboratory
from tests.resolvers.world import new_world, public

PDF = b"%PDF-1.7 the report"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
async def laboratory(pool: Pool) -> Laboratory:
    return await new_laboratory(await new_world(pool))


@pytest.fixture
async def client(laboratory: Laboratory) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[SharedReports(laboratory.world.changes).route()])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://card.example") as client:
        yield client


class Shared:
    """A report with a link to it. Its document is made."""

    def __init__(self, laboratory: Laboratory, report: Key, link: Key, path: str) -> None:
        self.laboratory, self.report, self.link, self.path = laboratory, report, link, path

    async def row(self) -> tuple[int, int]:
        """(opened, wrong tries)."""
        row = await self.laboratory.link(self.link)
        return row["opened_count"], row["wrong_tries"]

    async def looks(self) -> list[Any]:
        """The entries that openings left in the resident's access log."""
        looks = "select actor, purpose, kinds, care_step from access_log"
        sql = f"{looks} where resident_id = $1 and actor_kind = 'LINK' and actor_id = $2"
        return [tuple(row.values()) for row in await self.laboratory.world.rows(sql, self.link.resident_id, self.link.id)]


async def share(laboratory: Laboratory, *, made: bool = True, **given: Any) -> Shared:
    report = await laboratory.publish()
    link = await laboratory.share(report, **{"expires_at": laboratory.world.now + timedelta(days=1), **given})
    if made:
        await laboratory.made(PDF)
    return Shared(laboratory, report, link, f"/shared/{(await laboratory.link(link))['key']}")


def private(response: httpx.Response) -> bool:
    headers = response.headers
    return (headers["cache-control"], headers["referrer-policy"], headers["x-robots-tag"], headers["x-content-type-options"]) == (
        "no-store",
        "no-referrer",
        "noindex, nofollow",
        "nosniff",
    )


async def test_who_has_the_link_gets_the_report_and_the_resident_sees_it(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory)
    for opened in (1, 2):
        response = await client.get(shared.path)
        assert (response.status_code, response.content) == (200, PDF)
        assert response.headers["content-type"] == "application/pdf"
        assert response.headers["content-disposition"] == 'inline; filename="report.pdf"'
        assert private(response)
        assert await shared.row() == (opened, 0)
    assert await shared.looks() == [("分享链接", "SHARED", ["REPORT"], None)] * 2
    assert (await client.post(shared.path)).content == PDF


async def test_openings_at_one_time_stand_in_one_chain(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory)
    responses = await asyncio.gather(*(client.get(shared.path) for _ in range(8)))
    assert [response.status_code for response in responses] == [200] * 8
    assert await shared.row() == (8, 0)
    owner = laboratory.visit.resident_id
    assert owner is not None
    async with laboratory.world.pool.connection() as connection:
        head, log = await access_chain.head(connection, owner), await access_chain.entries(connection, owner)
    assert head.entries == 8
    assert first_break(log, head.entries, head.digest) is None


async def test_a_passcode_is_asked_for(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory, passcode=" 春风十里 ")
    page = await client.get(shared.path)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert private(page)
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert '<html lang="zh-CN">' in page.text
    assert 'type="password"' in page.text
    assert "生化" not in page.text
    assert await shared.row() == (0, 0)
    wrong = await client.post(shared.path, data={"passcode": "春风"}, headers=ENGLISH)
    assert (wrong.status_code, '<html lang="en">' in wrong.text, 'type="password"' in wrong.text) == (403, True, True)
    assert await shared.row() == (0, 1)
    right = await client.post(shared.path, data={"passcode": "春风十里 "})
    assert (right.status_code, right.content) == (200, PDF)
    assert await shared.row() == (1, 1)
    assert len(await shared.looks()) == 1


@pytest.mark.parametrize("body", [b"", b"passcode=", b"passcode=%20", b"passcode=%ff", b"other=1", b"passcode=" + b"x" * 5_000])
async def test_what_is_no_passcode_is_no_try(laboratory: Laboratory, client: httpx.AsyncClient, body: bytes) -> None:
    shared = await share(laboratory, passcode="2468")
    response = await client.post(shared.path, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert (response.status_code, 'type="password"' in response.text) == (200, True)
    assert await shared.row() == (0, 0)


async def test_five_wrong_tries_end_it_even_for_who_knows(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared, other = await share(laboratory, passcode="2468"), "/shared/" + "x" * 43
    statuses = [(await client.post(shared.path, data={"passcode": str(n)})).status_code for n in range(TRIES)]
    assert statuses == [403] * (TRIES - 1) + [404]
    right = await client.post(shared.path, data={"passcode": "2468"})
    assert (right.status_code, right.text) == (404, (await client.get(other)).text)
    assert await shared.row() == (0, TRIES)
    assert await shared.looks() == []


async def test_tries_at_one_time_count_each(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory, passcode="2468")
    responses = await asyncio.gather(*(client.post(shared.path, data={"passcode": str(n)}) for n in range(20)))
    counts = Counter(response.status_code for response in responses)
    assert counts.keys() <= {403, 404}
    assert await shared.row() == (0, TRIES)
    assert (await client.post(shared.path, data={"passcode": "2468"})).status_code == 404


async def test_right_tries_at_one_time_cost_none(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory, passcode="2468")
    responses = await asyncio.gather(*(client.post(shared.path, data={"passcode": "2468"}) for _ in range(TRIES)))
    assert [response.status_code for response in responses] == [200] * TRIES
    assert await shared.row() == (TRIES, 0)


async def test_whatever_leads_nowhere_looks_alike(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    world = laboratory.world
    revoked, gone, expired = [await share(laboratory, passcode=passcode) for passcode in (None, "2468", None)]
    await world.change(
        report_links.revoke_report_link, laboratory.resident, link_id=public("l", revoked.link.id, revoked.link.resident_id)
    )
    await world.rows("update report_link set expires_at = $2 where id = $1 returning id", expired.link.id, world.now)
    await world.rows("update report_link set wrong_tries = 5 where id = $1 returning id", gone.link.id)
    unknown, short = "/shared/" + "A" * 43, "/shared/x"
    pages = [
        await client.request(method, path)
        for path in (unknown, short, revoked.path, expired.path, gone.path)
        for method in ("GET", "POST")
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert len({tuple(page.headers.items()) for page in pages}) == 1
    assert all(private(page) for page in pages)
    for shared in (revoked, gone, expired):
        assert await shared.row() in ((0, 0), (0, 5))


async def test_a_link_follows_its_report_and_ends_with_it(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory)
    amended = await laboratory.amend(shared.report, conclusion="丙")
    assert (await client.get(shared.path)).status_code == 503  # the new version is not made yet
    await laboratory.world.rows(
        "update file set status = 'READY', content = $2 where subject_id = $1 returning id", amended.id, b"%PDF the new version"
    )
    assert (await client.get(shared.path)).content == b"%PDF the new version"
    await laboratory.withdraw(amended)
    assert (await client.get(shared.path)).status_code == 404


async def test_what_is_not_made_yet_was_not_opened(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory, made=False, passcode="2468")
    response = await client.post(shared.path, data={"passcode": "2468"}, headers=ENGLISH)
    assert (response.status_code, response.headers["retry-after"]) == (503, "10")
    assert "in a minute" in response.text
    assert await shared.row() == (0, 0)
    assert await shared.looks() == []


async def test_a_link_that_is_revoked_while_it_is_opened_gives_nothing(
    laboratory: Laboratory, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, document = await share(laboratory), stored.document

    async def revoked(*args: Any) -> Any:
        await laboratory.world.rows("update report_link set revoked_at = now() where id = $1 returning id", shared.link.id)
        return await document(*args)

    monkeypatch.setattr(stored, "document", revoked)
    assert (await client.get(shared.path)).status_code == 404
    assert await shared.row() == (0, 0)
    assert await shared.looks() == []


async def test_a_look_at_the_address_alone_opens_nothing(laboratory: Laboratory, client: httpx.AsyncClient) -> None:
    shared = await share(laboratory)
    assert (await client.head(shared.path)).status_code == 405
    assert await shared.row() == (0, 0)
