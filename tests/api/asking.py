"""Asking the whole application as a client does: a token, a document, variables; the answer as it left."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx

from domain.ids import Key
from domain.tokens import AccessToken, AccessTokens
from domain.viewer import Viewer
from ecard.app import utc_now
from tests.resolvers.world import World, public


@dataclass
class Asker:
    """`world` has the application's keys and database, and the same time."""

    http: httpx.AsyncClient
    world: World
    tokens: dict[Viewer, str] = field(default_factory=dict)

    def token(self, viewer: Viewer) -> str:
        """The viewer's access token."""
        if viewer not in self.tokens:
            self.tokens[viewer] = self._issue(viewer)
        return self.tokens[viewer]

    def _issue(self, viewer: Viewer) -> str:
        subject = viewer.resident_id or viewer.institution_id or viewer.app_id
        client_id = viewer.client_id or self.world.client_id
        assert subject is not None
        now = utc_now()
        tools = self.world.tools
        return AccessTokens(tools.keys, tools.issuer).issue(
            AccessToken(
                kind=viewer.kind,
                subject=subject,
                session_id=viewer.session_id,
                client_id=client_id,
                scopes=viewer.scopes,
                issued=now,
                expires=now + timedelta(minutes=15),
            )
        )

    async def whole(self, viewer: Viewer | None, document: str, language: str = "en", **variables: Any) -> dict[str, Any]:
        """The response's JSON."""
        headers = {"accept-language": language}
        if viewer is not None:
            headers["authorization"] = f"Bearer {self.token(viewer)}"
        response = await self.http.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, viewer: Viewer | None, document: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer without errors."""
        answer = await self.whole(viewer, document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def change(self, viewer: Viewer | None, document: str, /, **given: Any) -> Mapping[str, Any]:
        """The payload of the document's one mutation, whose variable is `input`."""
        payload: Mapping[str, Any]
        (payload,) = (await self.data(viewer, document, input=given)).values()
        return payload

    def without(self, viewer: Viewer, *scopes: str) -> Viewer:
        """The same viewer with fewer scopes."""
        return replace(viewer, scopes=viewer.scopes - set(scopes))


def id_of(viewer: Viewer) -> str:
    """The public id of the resident."""
    assert viewer.resident_id is not None
    return public("R", viewer.resident_id)


def visit_id(key: Key) -> str:
    """The public id of a visit."""
    return public("V", key.id, key.resident_id)
