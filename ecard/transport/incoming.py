"""What the headers of a request say: its id, which language and media type it wants. Values seen before cost a look-up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import getrandbits
from time import perf_counter
from typing import Any, NamedTuple

from domain.viewer import Viewer
from ecard.errors import Code, RequestError, Text
from ecard.transport.asgi import Headers

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._~-]{1,128}")
# Of these a second one would leave open which counts.
_SINGLE = frozenset({b"authorization", b"content-type", b"content-encoding", b"origin", b"x-request-id"})
# Longer values of what is cached by value say nothing that matters.
_LONGEST = 1_024


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """A type that an answer can have, and the header that says so."""

    name: str
    header: tuple[bytes, bytes]


_JSON_HEADER = (b"content-type", b"application/json; charset=utf-8")
JSON = Media("application/json", _JSON_HEADER)
GRAPHQL = Media("application/graphql-response+json", (b"content-type", b"application/graphql-response+json; charset=utf-8"))
# What could not become a stream is told as JSON.
EVENTS = Media("text/event-stream", _JSON_HEADER)
MEDIA = (JSON, GRAPHQL, EVENTS)


class Incoming:
    """One request over HTTP. `started`: of `perf_counter`. The last four are filled in as it is looked at: the type of its answer,
    the headers about its rate, whether it was answered by a stream, and whose it is."""

    __slots__ = ("_read", "address", "headers", "language", "media", "rate", "request_id", "started", "streamed", "viewer")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.started = perf_counter()
        # In C, and the last of several counts; `check` refuses those where that would matter.
        self.headers = headers = dict(scope["headers"])
        client = scope.get("client")
        self.address: str = client[0] if client else ""
        self.request_id = request_id(headers.get(b"x-request-id"))
        self._read = read(
            headers.get(b"accept", b"*/*")[:_LONGEST],
            headers.get(b"accept-language", b"")[:_LONGEST],
            headers.get(b"content-type", b"")[:_LONGEST],
        )
        self.language = self._read.language
        self.media = JSON
        self.rate: Headers = ()
        self.streamed = False
        self.viewer: Viewer | None = None

    def check(self, scope: Mapping[str, Any]) -> None:
        """Sets the type of the answer. Raises BAD_REQUEST where a header that must stand alone was sent twice, or, with status 406,
        where no type of ours is wanted."""
        if len(scope["headers"]) != len(self.headers):
            _refuse_twice(scope["headers"])
        if self._read.media is None:
            ours = ", ".join(media.name for media in MEDIA)
            raise RequestError(Code.BAD_REQUEST, Text(f"Answers are {ours}.", f"响应类型只能是 {ours}。"), status=406)
        self.media = self._read.media

    def check_content(self) -> None:
        """Raises BAD_REQUEST with status 415 where the body is anything but JSON in UTF-8. So no form and no plain text of a
        foreign page is taken for a request; with no cookies at all, that is what keeps requests from being forged."""
        if not self._read.is_json or b"content-encoding" in self.headers:
            raise RequestError(
                Code.BAD_REQUEST,
                Text("The body must be JSON in UTF-8, not compressed.", "请求体必须是未压缩的 UTF-8 application/json。"),
                status=415,
            )


def _refuse_twice(headers: Iterable[tuple[bytes, bytes]]) -> None:
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in _SINGLE and name in seen:
            header = name.decode("latin-1")
            raise RequestError(Code.BAD_REQUEST, Text(f"The header {header} was sent twice.", f"请求头 {header} 重复。"))
        seen.add(name)


class Read(NamedTuple):
    """What some headers say. `media`: None where none of ours is wanted. `is_json`: whether a body of this type is read."""

    media: Media | None
    language: str
    is_json: bool


@lru_cache(512)
def read(accept: bytes, accept_language: bytes, content_type: bytes) -> Read:
    """Clients send the same values again and again: together they cost one look-up."""
    return Read(negotiate(accept), language(accept_language), is_json(content_type))


def request_id(sent: bytes | None) -> str:
    """The client's own where it is well-formed, else a new one."""
    if sent is not None and _REQUEST_ID.fullmatch(sent):
        return sent.decode()
    # No secret, so it need not cost a system call.
    return f"{getrandbits(128):032x}"


def language(accepted: bytes) -> str:
    """`zh-CN` or `en`, whichever `Accept-Language` likes best; empty where it names neither."""
    best, found = 0.0, ""
    for name, _, quality in _members(accepted):
        primary = name.partition("-")[0]
        if primary in ("zh", "en") and quality > best:
            best, found = quality, "zh-CN" if primary == "zh" else "en"
    return found


def negotiate(accepted: bytes) -> Media | None:
    """The media type that `Accept` likes best: at the same quality one that is named before `*/*`, then the first."""
    wanted: list[tuple[float, bool, Media]] = []
    refused: set[Media] = set()
    for name, parameters, quality in _members(accepted):
        if parameters.get("charset", "utf-8") not in ("utf-8", "utf8"):
            continue
        named = next((media for media in MEDIA if media.name == name), None)
        if quality == 0 and named is not None:
            refused.add(named)
        elif named is not None:
            wanted.append((quality, True, named))
        elif name in ("*/*", "application/*"):
            wanted.extend((quality, False, media) for media in (JSON, GRAPHQL))
    able = [wish for wish in wanted if wish[0] > 0 and wish[2] not in refused]
    return max(able, key=lambda wish: wish[:2])[2] if able else None


def is_json(content_type: bytes) -> bool:
    """Whether a body of this type is read: application/json, in UTF-8."""
    types = list(_members(content_type))
    if len(types) != 1:
        return False
    name, parameters, _ = types[0]
    return name == "application/json" and parameters.get("charset", "utf-8") in ("utf-8", "utf8")


def _members(header: bytes) -> Iterator[tuple[str, dict[str, str], float]]:
    """Each member of a list header in lower case: its name, its parameters, its quality (0 to 1; 0 where that is no number)."""
    for member in header.decode("latin-1").lower().split(","):
        name, *rest = (part.strip() for part in member.split(";"))
        if not name:
            continue
        pairs = (part.partition("=") for part in rest)
        parameters = {key.strip(): value.strip().strip('"') for key, _, value in pairs}
        yield name, parameters, _quality(parameters.get("q", "1"))


def _quality(text: str) -> float:
    return float(text) if re.fullmatch(r"(0(\.\d{0,3})?|1(\.0{0,3})?)", text) else 0.0
