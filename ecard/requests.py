"""A viewer as the plans know one: a kind, scopes, and the values that rules and the access log ask for."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from domain.viewer import Viewer, ViewerKind
from plans.mapping import Request

PURPOSES = {ViewerKind.RESIDENT: "FAMILY", ViewerKind.INSTITUTION: "CARE", ViewerKind.APP: "SERVICE", ViewerKind.ANONYMOUS: "NONE"}
SIGNED_IN = frozenset({"authenticated"})


def request_of(viewer: Viewer, now: datetime) -> Request:
    """`authenticated` is among the scopes of whoever signed in."""
    return Request(*_known(viewer), {"server_time": now})


@lru_cache(10_000)
def _known(viewer: Viewer) -> tuple[str, frozenset[str], Mapping[str, Any]]:
    """Kind, scopes and values: the same in each request of a viewer, and dear enough to be kept."""
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
    scopes = viewer.scopes if viewer.kind is ViewerKind.ANONYMOUS else viewer.scopes | SIGNED_IN
    return str(viewer.kind), scopes, values
