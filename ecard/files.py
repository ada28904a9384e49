"""`GET /files/{key}`: images and documents, for whoever has the key. It cannot be guessed, and it can be revoked.

Caches may keep a file, but ask each time whether it still stands (an ETag answers that without the bytes), so that a revoked one
is gone at once. Unknown, not made yet, revoked and expired look alike.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db import files
from db.files import Content
from db.pool import Pool

SVG = "image/svg+xml"
EXTENSIONS = {SVG: "svg", "image/png": "png", "application/pdf": "pdf", "application/json": "json"}
KEY = re.compile(r"[A-Za-z0-9_-]{16,86}")
COMMON = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
# An SVG that is opened by itself is a page: it shall be a picture and nothing else.
PICTURE_ONLY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def route(pool: Pool, clock: Callable[[], datetime]) -> Route:
    """The route of files."""

    async def file(request: Request) -> Response:
        key = request.path_params["key"]
        found = None
        if KEY.fullmatch(key):
            async with pool.connection() as connection:
                found = await files.fetch(connection, key, clock())
        if found is None:
            return PlainTextResponse("Not found", 404, {"Cache-Control": "no-store"})
        return _response(found, request.headers.get("if-none-match", ""))

    return Route("/files/{key}", file, methods=["GET"])


def _response(found: Content, known: str) -> Response:
    """The bytes, or 304 where the client has them. `known`: the header If-None-Match."""
    tag = f'"{hashlib.sha256(found.content).hexdigest()[:32]}"'
    headers = {**COMMON, "ETag": tag}
    if found.media_type == SVG:
        headers["Content-Security-Policy"] = PICTURE_ONLY
    tags = [part.strip().removeprefix("W/") for part in known.split(",")]
    if tag in tags or tags == ["*"]:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="health-card.{EXTENSIONS[found.media_type]}"'
    # Given as a header, since Starlette would add a charset to a text type.
    headers["Content-Type"] = found.media_type
    return Response(found.content, headers=headers)
