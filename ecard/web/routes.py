"""`GET /` and what it leads to: plain files, read once at start-up and sent with a policy that lets no other origin in.

The wallet and the window are pages of the demo, since they act for people and institutions whose credentials the demo hands out.
"""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent
MEDIA_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# GraphiQL's editor puts its own style elements into the page; its scripts are ours all the same.
GRAPHIQL_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'").replace(
    "default-src 'none'", "default-src 'none'; font-src 'self' data:"
)
Endpoint = Callable[[Request], Awaitable[Response]]


def page_routes(sdl: str, *, explorer: bool, demo: bool) -> list[Route]:
    """The routes of the pages. `sdl`: the schema's text. `explorer`: whether there is GraphiQL; `demo`: whether the demo's pages
    are there, which need the routes of `ecard.web.desk` too."""
    start = Template(_read("static/start.html")).substitute(demo=_switch(demo), explorer=_switch(explorer))
    routes = [
        Route("/", _constant(start, "text/html"), methods=["GET"]),
        Route("/schema.graphql", _constant(sdl, "text/plain"), methods=["GET"]),
    ]
    if demo:
        routes += [_page("/wallet", "wallet.html"), _page("/window", "window.html")]
    if explorer:
        routes += [_page("/graphiql", "graphiql.html", GRAPHIQL_POLICY), *_files("vendor")]
    return [*routes, *_files("static", hide=".html")]


def _page(path: str, name: str, policy: str = POLICY) -> Route:
    return Route(path, _constant(_read(f"static/{name}"), "text/html", policy), methods=["GET"])


def _files(folder: str, hide: str = "") -> list[Route]:
    found = sorted(path for path in (FOLDER / folder).iterdir() if path.suffix in MEDIA_TYPES and path.suffix != hide)
    return [
        Route(f"/{folder}/{path.name}", _constant(_read(f"{folder}/{path.name}"), MEDIA_TYPES[path.suffix]), methods=["GET"])
        for path in found
    ]


def _constant(text: str, media_type: str, policy: str = POLICY) -> Endpoint:
    body = text.encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "ETag": tag,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }

    async def answer(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=media_type, headers=headers)

    return answer


def _read(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _switch(on: bool) -> str:
    return "on" if on else "off"
