"""A viewer as the plans know one: a kind, scopes, and the values that rules and the access log ask for."""

from datetime import datetime

from domain.times import to_text
from domain.viewer import Viewer, ViewerKind
from plans.mapping import Request

PURPOSES = {ViewerKind.RESIDENT: "FAMILY", ViewerKind.INSTITUTION: "CARE", ViewerKind.APP: "SERVICE", ViewerKind.ANONYMOUS: "NONE"}
SIGNED_IN = frozenset({"authenticated"})


def request_of(viewer: Viewer, now: datetime, provided: dict[str, object] | None = None) -> Request:
    """`authenticated` is among the scopes of whoever signed in."""
    signed_in = viewer.kind is not ViewerKind.ANONYMOUS
    values = {
        "kind": str(viewer.kind),
        "resident_id": viewer.resident_id,
        "session_id": viewer.session_id,
        "client_id": viewer.client_id,
        "institution_id": viewer.institution_id,
        "actor_id": viewer.institution_id or viewer.resident_id or viewer.app_id,
        "name": viewer.name,
        "purpose": PURPOSES[viewer.kind],
        "is_operator": "platform:read" in viewer.scopes,
    }
    scopes = viewer.scopes | SIGNED_IN if signed_in else viewer.scopes
    return Request(str(viewer.kind), scopes, values, {"server_time": to_text(now), **(provided or {})})
