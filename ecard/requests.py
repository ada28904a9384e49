"""A viewer as the plans know one: a kind, scopes, and the values that rules and the access log ask for."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from domain.viewer import Viewer, ViewerKind
from plans.mapping import Request

PURPOSES = {ViewerKind.RESIDENT: "FAMILY", ViewerKind.INSTITUTION: "CARE", ViewerKind.APP: "SERVICE", ViewerKind.ANONYMOUS: "NONE"}
SIGNED_IN = frozenset({"authenticated"})


@lru_cache(10_000)
def request_of(viewer: Viewer, clock: Callable[[], datetime], language: str = "", push_public_key: str | None = None) -> Request:
    """What is the same in each request of a viewer, so that it is made once. `authenticated` is among the scopes of whoever signed
    in; the clock is read only when it is asked for. `language`: the request's, or empty where it names none. `push_public_key`: the
    platform's, where push is on."""
    values = {
        "kind": str(viewer.kind),
        "resident_id": viewer.resident_id,
        "session_id": viewer.session_id,
        "client_id": viewer.client_id,
        "app_id": viewer.app_id,
        "institution_id": viewer.institution_id,
        "actor_id": viewer.institution_id or viewer.resident_id or viewer.app_id,
        "name": viewer.name,
        "language": language or None,
        "purpose": PURPOSES[viewer.kind],
        "is_operator": "platform:read" in viewer.scopes,
    }
    scopes = viewer.scopes if viewer.kind is ViewerKind.ANONYMOUS else viewer.scopes | SIGNED_IN
    return Request(str(viewer.kind), scopes, values, {"server_time": clock, "push_public_key": push_public_key})
