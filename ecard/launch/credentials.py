"""Credentials, made and listed from the command line."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db import apps, clients, institutions
from db.apps import App
from db.connection import Connection
from domain.enums import AppKind
from domain.ids import PublicId, new_id
from domain.scopes import OF_INSTITUTIONS
from domain.tokens import client_secret_digest, new_client_secret
from ecard.launch.database import connected
from ecard.launch.failure import Failure
from ecard.settings import Settings
from resolvers.inputs import CLIENT
from schema import build


@dataclass(frozen=True, slots=True)
class Issued:
    """A client's id and a secret of it, which nobody can show again."""

    id: str
    secret: str


async def of_institution(settings: Settings, code: str) -> Issued:
    """New credentials of a registered institution. Raises Failure when there is none with this code."""
    async with connected(settings) as connection, connection.transaction():
        found = await institutions.of_code(connection, code)
        if found is None:
            raise Failure(f"There is no institution {code}: the operator registers it first.")
        id, now = _id_and_time()
        await clients.insert(connection, id, OF_INSTITUTIONS, now, institution_id=found.id)
        return await _secret(connection, id, now)


async def of_new_app(settings: Settings, name: str, kind: AppKind, scopes: Collection[str]) -> Issued:
    """A new app with its credentials. Raises Failure for a scope that the schema does not know."""
    unknown = set(scopes) - known_scopes()
    if unknown:
        raise Failure(f"There is no scope {', '.join(sorted(unknown))}; there are {', '.join(sorted(known_scopes()))}.")
    async with connected(settings) as connection, connection.transaction():
        app_id, now = _id_and_time()
        id, _ = _id_and_time()
        await apps.insert(connection, App(app_id, name, kind, frozenset(scopes), None, now))
        await clients.insert(connection, id, frozenset(scopes), now, app_id=app_id)
        return await _secret(connection, id, now)


async def rotate(settings: Settings, client_id: str, overlap_hours: int) -> Issued:
    """A new secret; the others work for so long yet. Raises Failure when there is no such client."""
    found = PublicId.decode(client_id)
    async with connected(settings) as connection, connection.transaction():
        if found is None or found.letter != CLIENT or await clients.find(connection, found.id) is None:
            raise Failure(f"There is no client {client_id}: `ecard client list` shows them.")
        return await _secret(connection, found.id, datetime.now(UTC), timedelta(hours=overlap_hours))


async def listed(settings: Settings) -> list[str]:
    """A line for each client."""
    async with connected(settings) as connection:
        found = await clients.every(connection, datetime.now(UTC))
    return [
        f"{PublicId(CLIENT, one.id).encode()}  {one.kind:<16} {one.name}  [{' '.join(sorted(one.scopes))}]"
        f"  {one.secrets} secret{'' if one.secrets == 1 else 's'}, since {one.created_at:%Y-%m-%d}"
        for one in found
    ]


def known_scopes() -> set[str]:
    """The scopes that fields of the schema ask for."""
    types = build.mapping(build.build()).types.values()
    alternatives = [kind.scopes for kind in types] + [scopes for kind in types for scopes in kind.field_scopes.values()]
    return {scope for sets in alternatives for every in sets for scope in every} - {"authenticated"}


def _id_and_time() -> tuple[UUID, datetime]:
    now = datetime.now(UTC)
    return new_id(now, os.urandom), now


async def _secret(connection: Connection, client_id: UUID, now: datetime, overlap: timedelta | None = None) -> Issued:
    secret, id = new_client_secret(os.urandom), new_id(now, os.urandom)
    await clients.insert_secret(connection, client_id, id, client_secret_digest(secret), now)
    if overlap is not None:
        await clients.retire_others(connection, client_id, id, now + overlap)
    return Issued(PublicId(CLIENT, client_id).encode(), secret)
