"""The demo's desk: it hands the demo's pages what a real app or hospital has of its own, a session or credentials.

It is there only where the settings name the demo's file, which production refuses.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecard.bodies import read_body

LARGEST = 1_000  # bytes of a request
NO_STORE = {"Cache-Control": "no-store"}

# A phone → the tokens of a new session (accessToken, refreshToken, expiresAt), or None when it is nobody's.
OpenSession = Callable[[str], Awaitable[Mapping[str, Any] | None]]


def desk_routes(city_file: Path, open_session: OpenSession) -> list[Route]:
    """The routes of the desk. `city_file`: what `ecard.demo.city` keeps of the demo."""

    def city() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(city_file.read_text("utf-8"))
        return found

    async def people(_: Request) -> Response:
        kept = city()
        shown = {"residents": [one for one in kept["residents"] if one["phone"]], "institutions": kept["institutions"]}
        return JSONResponse(shown, headers=NO_STORE)

    async def session(request: Request) -> Response:
        asked = await _body(request)
        tokens = await open_session(str(asked.get("phone")))
        return _missing("There is no demo resident with this phone.") if tokens is None else JSONResponse(tokens, headers=NO_STORE)

    async def client(request: Request) -> Response:
        asked = await _body(request)
        credentials = city()["clients"].get(str(asked.get("code")))
        return _missing("There is no such institution.") if credentials is None else JSONResponse(credentials, headers=NO_STORE)

    return [
        Route("/demo", people, methods=["GET"]),
        Route("/demo/session", session, methods=["POST"]),
        Route("/demo/client", client, methods=["POST"]),
    ]


async def _body(request: Request) -> Mapping[str, Any]:
    """The JSON object that was sent; an empty one for anything else."""
    body = await read_body(request, LARGEST)
    try:
        asked = json.loads(body or b"")
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _missing(why: str) -> Response:
    return JSONResponse({"error": why}, 404, NO_STORE)
