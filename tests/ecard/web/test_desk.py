"""The demo's desk: it hands out what the demo's file has, and nothing for what it has not."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from ecard.web.desk import desk_routes

CITY: dict[str, Any] = {
    "residents": [{"name": "李", "phone": "13800000001"}, {"name": "李小", "phone": None}],
    "institutions": [{"code": "H1", "name": "医院"}],
    "clients": {"H1": {"id": "L1", "secret": "s"}},
}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async def open_session(phone: str) -> Mapping[str, str] | None:
        return {"accessToken": f"of {phone}"} if phone == "13800000001" else None

    city = tmp_path / "city.json"
    city.write_text(json.dumps(CITY))
    app = Starlette(routes=desk_routes(city, open_session))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://card.example") as client:
        yield client


async def test_people_who_can_sign_in(http: httpx.AsyncClient) -> None:
    answer = await http.get("/demo")
    assert answer.json() == {"residents": CITY["residents"][:1], "institutions": CITY["institutions"]}
    assert answer.headers["cache-control"] == "no-store"


async def test_session(http: httpx.AsyncClient) -> None:
    answer = await http.post("/demo/session", json={"phone": "13800000001"})
    assert answer.json() == {"accessToken": "of 13800000001"}
    assert answer.headers["cache-control"] == "no-store"


async def test_credentials(http: httpx.AsyncClient) -> None:
    assert (await http.post("/demo/client", json={"code": "H1"})).json() == {"id": "L1", "secret": "s"}


@pytest.mark.parametrize("body", [b"", b"5", b"[]", b"{", b'{"phone": {}}', b'{"phone": "%b"}' % (b"1" * 999), b"\xff"])
@pytest.mark.parametrize("path", ["/demo/session", "/demo/client"])
async def test_anything_else_is_not_found(http: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await http.post(path, content=body)
    assert answer.status_code == 404
    assert answer.json()["error"]
