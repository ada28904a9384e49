"""A session for a demo resident without an SMS, for the demo's own pages."""

from collections.abc import Mapping
from typing import Any

from db import apps, identities, residents
from domain.identities import IdentityKind, phone_digest
from domain.phones import read_phone
from domain.refusals import Refusal
from domain.times import to_text
from domain.viewer import ANONYMOUS
from ecard.change import Asking, Changes
from ecard.web.desk import OpenSession
from resolvers import sessions

DEVICE = "演示 demo"


def session_opener(changes: Changes) -> OpenSession:
    """Opens sessions in the city's own app, for whose phone it is."""

    async def open_session(phone: str) -> Mapping[str, Any] | None:
        try:
            digest = phone_digest(changes.tools.lookup, read_phone(phone))
        except Refusal:
            return None
        async with changes.own(Asking(ANONYMOUS, "zh-CN", "")) as tx:
            owner = await identities.owner(tx.connection, IdentityKind.PHONE, digest)
            resident = None if owner is None else await residents.find(tx.connection, owner)
            app = await apps.city(tx.connection)
            if resident is None or app is None:
                return None
            tokens = await sessions.start(tx, resident.resident_id, resident.full_name, app, DEVICE)
        return {
            "accessToken": tokens.access_token,
            "refreshToken": tokens.refresh_token,
            "expiresAt": to_text(tokens.expires_at),
            "name": resident.full_name,
        }

    return open_session
