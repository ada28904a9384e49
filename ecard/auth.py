"""Who sent a request: access tokens, verified once and remembered for their life.

A token that is known costs a hash and a look-up. That is safe only while this process hears of revocations: it listens for them
on a connection of its own, asks twice a second for what it may have missed, and while it has no such connection it remembers
nothing, so that each request asks the database.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from db import clients, revocations, sessions
from db.connection import Connection
from db.pool import Pool
from domain.keys import KeySet
from domain.scopes import of_session
from domain.sessions import subject_of_token
from domain.tokens import ACCESS_LIFE, AccessToken, AccessTokens, InvalidToken
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.errors import Unauthenticated

log = logging.getLogger(__name__)

MOST_TOKENS = 100_000
POLL = 0.5  # seconds between two questions for what was missed
SILENCE = 5.0  # seconds after which a question without an answer means that the connection is gone
OVERLAP = timedelta(seconds=60)
"""A revocation may be committed, and a look at the database may take, so long after its time was noted."""


@dataclass(frozen=True, slots=True)
class _Known:
    viewer: Viewer
    expires: datetime
    subjects: frozenset[UUID]


class TokenAuthenticator:
    """One for each process; `listen` must run beside it."""

    def __init__(self, pool: Pool, keys: KeySet, issuer: str, clock: Callable[[], datetime], most: int = MOST_TOKENS) -> None:
        self._pool = pool
        self._tokens = AccessTokens(keys, issuer)
        self._clock = clock
        self._most = most
        self._known: dict[bytes, _Known] = {}
        self._of_subject: dict[UUID, set[bytes]] = {}
        self._heard: dict[UUID, datetime] = {}
        self._hearing: object | None = None

    @property
    def remembered(self) -> int:
        """How many tokens cost a look-up only."""
        return len(self._known)

    async def viewer(self, authorization: bytes | None) -> Viewer:
        """The viewer of an `Authorization` value, ANONYMOUS without one. Raises Unauthenticated."""
        if authorization is None:
            return ANONYMOUS
        digest = sha256(authorization).digest()
        known = self._known.get(digest)
        if known is not None and known.expires > self._clock():
            return known.viewer
        return await self._first_sight(authorization, digest)

    async def listen(self) -> None:
        """Hears of revocations until it is cancelled."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:
                log.warning("Revocations cannot be heard; every token is looked up meanwhile", exc_info=error)
            await asyncio.sleep(POLL)

    async def _listen_once(self) -> None:
        connection = await self._pool.connect()
        try:
            await connection.add_listener(revocations.CHANNEL, self._on_notification)
            self._hearing = object()
            while True:
                async with asyncio.timeout(SILENCE):
                    await self._catch_up(connection)
                await asyncio.sleep(POLL)
        finally:
            self._hearing = None
            self._known.clear()
            self._of_subject.clear()
            connection.terminate()

    def _on_notification(self, _connection: Any, _process: int, _channel: str, subject: object) -> None:
        self._revoke(UUID(str(subject)))

    async def _catch_up(self, connection: Connection) -> None:
        now = self._clock()
        for revocation in await revocations.since(connection, now + ACCESS_LIFE - OVERLAP):
            self._revoke(revocation.subject)
        for subject in [subject for subject, at in self._heard.items() if at < now - OVERLAP]:
            del self._heard[subject]
        # The oldest come first, and most of them end first.
        while self._known and self._known[oldest := next(iter(self._known))].expires <= now:
            self._forget(oldest)

    def _revoke(self, subject: UUID) -> None:
        self._heard[subject] = self._clock()
        for digest in list(self._of_subject.get(subject, ())):
            self._forget(digest)

    def _forget(self, digest: bytes) -> None:
        for subject in self._known.pop(digest).subjects:
            digests = self._of_subject[subject]
            digests.discard(digest)
            if not digests:
                del self._of_subject[subject]

    async def _first_sight(self, authorization: bytes, digest: bytes) -> Viewer:
        now, hearing = self._clock(), self._hearing
        text = _bearer(authorization)
        try:
            token = self._tokens.read(text, now)
        except InvalidToken:
            raise Unauthenticated from None
        async with self._pool.connection() as connection:
            viewer = await _viewer(connection, token, now)
            if viewer is None:
                raise Unauthenticated
            subjects = frozenset(
                id for id in (subject_of_token(text), viewer.session_id, viewer.client_id, viewer.app_id) if id is not None
            )
            if await revocations.any_of(connection, subjects, token.issued, now):
                raise Unauthenticated
        # What was revoked while the database was asked may be missing in its answer.
        if hearing is not None and hearing is self._hearing and self._heard.keys().isdisjoint(subjects):
            self._remember(digest, _Known(viewer, token.expires, subjects))
        return viewer

    def _remember(self, digest: bytes, known: _Known) -> None:
        if digest in self._known:
            self._forget(digest)
        while len(self._known) >= self._most:
            self._forget(next(iter(self._known)))
        self._known[digest] = known
        for subject in known.subjects:
            self._of_subject.setdefault(subject, set()).add(digest)


def _bearer(authorization: bytes) -> str:
    scheme, _, token = authorization.partition(b" ")
    if scheme.lower() != b"bearer" or not token.isascii():
        raise Unauthenticated
    return token.strip().decode("ascii")


async def _viewer(connection: Connection, token: AccessToken, now: datetime) -> Viewer | None:
    """Whom the token stands for, as they are now; None when they may not use it any more."""
    if token.kind is ViewerKind.RESIDENT:
        if token.session_id is None:
            return None
        session = await sessions.find(connection, token.subject, token.session_id, now)
        if session is None or session.suspended:
            return None
        return Viewer(
            ViewerKind.RESIDENT,
            resident_id=session.resident_id,
            session_id=session.id,
            app_id=session.app_id,
            scopes=token.scopes & of_session(frozenset(session.app_scopes)),
            name=session.full_name,
        )
    client = await clients.find(connection, token.client_id)
    if client is None or client.suspended or token.subject not in (client.app_id, client.institution_id):
        return None
    return Viewer(
        token.kind,
        client_id=client.id,
        app_id=client.app_id,
        institution_id=client.institution_id,
        scopes=token.scopes & frozenset(client.scopes),
        name=client.name,
    )
