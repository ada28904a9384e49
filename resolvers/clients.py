"""Apps and institutions sign in with their credentials."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from db import clients
from db.clients import Client
from domain.refusals import NotFound
from domain.tokens import ACCESS_LIFE, AccessToken, client_secret_digest
from domain.viewer import ViewerKind
from resolvers.inputs import CLIENT, read_id
from resolvers.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token, and what it may do."""

    access_token: str
    scopes: frozenset[str]
    expires_at: datetime


async def authenticate(tx: Transaction, client_id: str, secret: str) -> Client | None:
    """Whose credentials these are; None when they are not right, or their app is suspended."""
    try:
        id = read_id(client_id, CLIENT, "client_id")
    except NotFound:
        return None
    client = await clients.find(tx.connection, id)
    if client is None or client.suspended:
        return None
    given = client_secret_digest(secret)
    known = await clients.secrets(tx.connection, id, tx.now)
    return client if any([compare_digest(given, one) for one in known]) else None


def grant(tx: Transaction, client: Client, scopes: Collection[str] | None) -> Grant | None:
    """A token with these scopes, or with all of the client's; None when the client has not all that is asked."""
    granted = frozenset(client.scopes if scopes is None else scopes)
    if not granted <= frozenset(client.scopes):
        return None
    kind, subject = (ViewerKind.INSTITUTION, client.institution_id) if client.institution_id else (ViewerKind.APP, client.app_id)
    if subject is None:
        return None
    issued = tx.now.replace(microsecond=0)
    token = AccessToken(kind, subject, client.id, None, granted, issued, issued + ACCESS_LIFE)
    return Grant(tx.tools.access_tokens.issue(token), granted, token.expires)
