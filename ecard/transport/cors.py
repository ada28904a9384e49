"""Which pages of other origins may ask. Nobody is known by a cookie, so nothing is ever allowed with credentials."""

from collections.abc import Collection, Mapping

from ecard.transport.asgi import Headers

_METHODS = b"GET, POST"
_ASKED = b"accept, accept-language, authorization, content-type, traceparent, x-request-id"
_SHOWN = b"ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id"


class Cors:
    """`origins`: as browsers send them, `https://app.example`; `*` for any."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._any = b"*" in self._origins

    def allows(self, origin: bytes | None, host: bytes | None) -> bool:
        """Whether a page may open a WebSocket: one of these origins, or ours. A program sends no origin."""
        if origin is None or self._any or origin in self._origins:
            return True
        return host is not None and origin.partition(b"://")[2] == host

    def headers(self, origin: bytes) -> Headers:
        """What an answer to a page says: nothing to one that may not read it."""
        if self._any:
            return ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _SHOWN))
        if origin not in self._origins:
            return ((b"vary", b"origin"),)
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _SHOWN),
            (b"vary", b"origin"),
        )

    def preflight(self, headers: Mapping[bytes, bytes]) -> Headers:
        """The answer to OPTIONS."""
        allow = (b"allow", b"GET, POST, OPTIONS")
        origin = headers.get(b"origin")
        if origin is None or b"access-control-request-method" not in headers:
            return (allow,)
        allowed = self.headers(origin)
        if not self._any and origin not in self._origins:
            return (allow, *allowed)
        return (
            allow,
            *allowed,
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _ASKED),
            (b"access-control-max-age", b"7200"),
        )
