"""Who asks."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ViewerKind(StrEnum):
    """The four kinds of viewer. An operator and a dashboard are an APP with scopes of their own."""

    ANONYMOUS = "ANONYMOUS"
    RESIDENT = "RESIDENT"
    APP = "APP"
    INSTITUTION = "INSTITUTION"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever sent the request. A resident acts through a session in an app. `name`: what the access log calls them."""

    kind: ViewerKind
    resident_id: UUID | None = None
    session_id: UUID | None = None
    client_id: UUID | None = None
    app_id: UUID | None = None
    institution_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    name: str | None = None

    def __hash__(self) -> int:
        # What is known of a viewer is looked up in each request; these two tell nearly all of them apart.
        return hash(self.session_id or self.client_id)


ANONYMOUS = Viewer(ViewerKind.ANONYMOUS)
