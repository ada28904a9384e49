"""The pages: what is on and off, that nothing comes from elsewhere, and that the policy lets nothing else in."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from ecard.web.routes import FOLDER, page_routes

SDL = "type Query { serverTime: String }\n"
PAGES = ("/", "/wallet", "/window", "/graphiql")
REFERENCE = re.compile(r'(?:src|href)="([^"]+)"|from \'([^\']+)\'')


def client(*, explorer: bool = True, demo: bool = True) -> httpx.AsyncClient:
    app = Starlette(routes=page_routes(SDL, explorer=explorer, demo=demo))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://card.example")


@pytest.mark.parametrize("path", PAGES)
async def test_pages_load_only_what_is_here(path: str) -> None:
    async with client() as http:
        page = await http.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert not re.search(r"<style|<script>|\son\w+=|\sstyle=", page.text), "the policy would refuse it"
        for found in REFERENCE.findall(page.text):
            link = next(filter(None, found))
            assert link.startswith("/")
            if link.startswith(("/static/", "/vendor/")):
                assert (await http.get(link)).status_code == 200, link


async def test_scripts_import_only_what_is_here() -> None:
    async with client() as http:
        for path in (FOLDER / "static").glob("*.js"):
            for _, name in REFERENCE.findall(path.read_text()):
                assert (await http.get(f"/static/{name.removeprefix('./')}")).status_code == 200, name


@pytest.mark.parametrize("path", [*PAGES, "/static/site.css", "/static/start.js"])
async def test_policy(path: str) -> None:
    async with client() as http:
        headers = (await http.get(path)).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("unsafe" in policy) == (path == "/graphiql")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("explorer", "demo", "there", "absent"),
    [
        (False, False, ["/", "/schema.graphql"], ["/wallet", "/window", "/graphiql", "/vendor/graphiql.min.js"]),
        (True, False, ["/", "/graphiql", "/vendor/graphiql.min.js"], ["/wallet", "/window"]),
        (False, True, ["/", "/wallet", "/window"], ["/graphiql"]),
    ],
)
async def test_what_is_off_is_not_there(explorer: bool, demo: bool, there: list[str], absent: list[str]) -> None:
    async with client(explorer=explorer, demo=demo) as http:
        assert [(await http.get(path)).status_code for path in there] == [200] * len(there)
        assert [(await http.get(path)).status_code for path in absent] == [404] * len(absent)
        start = (await http.get("/")).text
    assert f'data-explorer="{"on" if explorer else "off"}"' in start
    assert f'data-demo="{"on" if demo else "off"}"' in start


async def test_schema_is_served_and_asked_for_once() -> None:
    async with client() as http:
        answer = await http.get("/schema.graphql")
        assert answer.text == SDL
        again = await http.get("/schema.graphql", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
