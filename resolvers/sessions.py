"""Signing in: codes by SMS, sessions, and their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from db import apps, identities, outbox, residents, revocations, sessions, verification_codes
from db.apps import App
from db.outbox import JobKind
from db.revocations import Revocation
from db.verification_codes import VerificationCode
from domain.addresses import network
from domain.enums import VerificationPurpose
from domain.identities import IdentityKind, phone_digest
from domain.ids import PublicId
from domain.phones import mask_phone, read_phone
from domain.refusals import Forbidden, NotFound
from domain.scopes import of_session
from domain.sessions import SESSION_LIFE, subject_of_token
from domain.tokens import ACCESS_LIFE, AccessToken, InvalidToken, RefreshToken
from domain.verification import LIFE, code_digest, new_code
from domain.viewer import Viewer, ViewerKind
from resolvers.audit import record
from resolvers.inputs import CLIENT, SESSION, read_id, read_optional_text, read_owned_id
from resolvers.limits import count
from resolvers.people import signed_in_resident
from resolvers.transaction import Ask, Made, Transaction
from resolvers.verification import PhoneProof, must_use_code, try_code

DEFAULT_LANGUAGE = "zh-CN"
LONGEST_DEVICE = 100


@dataclass(frozen=True, slots=True)
class Tokens:
    """A session's tokens, for its holder alone. `expires_at`: when the access token ends."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    viewer: Viewer

    def shown(self) -> Mapping[str, object]:
        """As a payload shows them."""
        return {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_at": self.expires_at}


async def request_verification_code(tx: Transaction, *, phone: str, purpose: VerificationPurpose | None = None) -> Made:
    """Leaves a code to the worker that sends it. Raises InvalidInput and RateLimited, and never tells whether somebody has this
    phone."""
    phone = read_phone(phone)
    purpose = purpose or VerificationPurpose.SIGN_IN
    lookup, sealer = tx.tools.lookup, tx.tools.sealer
    digest = phone_digest(lookup, phone)
    await count(tx, tx.tools.sms_limits.per_phone, "messages to a phone", digest, "phone")
    await count(tx, tx.tools.sms_limits.per_address, "messages from an address", network(tx.address), "phone")
    id, code = tx.new_id(), new_code(tx.random)
    row = VerificationCode(
        digest,
        id,
        purpose,
        sealer.seal(phone, "verification_code", "phone_sealed", id),
        code_digest(lookup, digest, purpose, code),
        sealer.seal(code, "verification_code", "code_sealed", id),
        tx.language or await _preferred_language(tx, digest),
        tx.now,
        tx.now + LIFE,
    )
    await verification_codes.insert(tx.connection, row)
    args = {"phone_digest": digest.hex(), "id": str(id)}
    await outbox.put(tx.connection, JobKind.SEND_VERIFICATION_CODE, args, tx.new_id(), tx.now)
    return Made({"sent_to": mask_phone(phone), "expires_at": row.expires_at})


async def _preferred_language(tx: Transaction, digest: bytes) -> str:
    owner = await identities.owner(tx.connection, IdentityKind.PHONE, digest)
    resident = None if owner is None else await residents.find(tx.connection, owner)
    return DEFAULT_LANGUAGE if resident is None else resident.language


async def before_sign_in(ask: Ask, *, phone: str, verification_code: str, **_: object) -> Mapping[str, PhoneProof]:
    """Counts the try. Raises InvalidInput, WrongVerificationCode, VerificationCodeExpired."""
    proof = await try_code(ask, read_phone(phone), VerificationPurpose.SIGN_IN, verification_code)
    return {"proof": proof}


async def sign_in(
    tx: Transaction, *, proof: PhoneProof, client_id: str | None = None, device: str | None = None, **_: object
) -> Made:
    """A session for whose phone it is. Raises NotFound when it is nobody's: the code is then still good for applying."""
    await must_use_code(tx, proof)
    app = await app_of(tx, client_id)
    owner = await identities.owner(tx.connection, IdentityKind.PHONE, proof.phone_digest)
    resident = None if owner is None else await residents.find(tx.connection, owner)
    if resident is None:
        raise NotFound("phone")
    tokens = await start(tx, resident.resident_id, resident.full_name, app, read_optional_text(device, LONGEST_DEVICE, "device"))
    return Made({"session": tokens.shown()}, tokens.viewer)


async def sign_out(tx: Transaction, *, session_id: str | None = None, everywhere: bool | None = False) -> Made:
    """Ends this session, the named one, or all of the resident's. Raises NotFound for a session that is not the resident's."""
    resident_id = signed_in_resident(tx.viewer)
    if everywhere:
        ended = await sessions.end_all(tx.connection, resident_id, tx.now)
    else:
        id = tx.viewer.session_id
        if session_id is not None:
            owner, id = read_owned_id(session_id, SESSION, "session_id")
            if owner != resident_id:
                raise NotFound("session_id")
        if id is None or not await sessions.exists(tx.connection, resident_id, id):
            raise NotFound("session_id")
        ended = [id] if await sessions.end(tx.connection, resident_id, id, tx.now) else []
    for id in ended:
        await _after_end(tx, resident_id, id, "signed out")
    return Made({"ended_session_ids": [PublicId(SESSION, id, resident_id).encode() for id in ended]})


async def app_of(tx: Transaction, client_id: str | None) -> App:
    """The app in which somebody signs in: the city's when none is named. Raises NotFound, and Forbidden for an app that is
    suspended, or in which residents do not sign in."""
    app = (
        await apps.city(tx.connection)
        if client_id is None
        else await apps.of_client(tx.connection, read_id(client_id, CLIENT, "client_id"))
    )
    if app is None:
        raise NotFound("client_id")
    if app.suspended_at is not None or not of_session(frozenset(app.scopes)):
        raise Forbidden("client_id")
    return app


async def start(tx: Transaction, resident_id: UUID, full_name: str, app: App, device: str | None) -> Tokens:
    """A new session of the resident in the app."""
    id = tx.new_id()
    refresh = RefreshToken.new(resident_id, id, tx.random)
    ends = tx.now + SESSION_LIFE
    await sessions.insert(tx.connection, resident_id, id, app.id, device, refresh.digest, tx.now, ends)
    await record(tx, "session.started", resident_id, id)
    return _tokens(tx, refresh, app.id, of_session(frozenset(app.scopes)), full_name)


async def refresh(tx: Transaction, refresh_token: str) -> Tokens | None:
    """New tokens for the session's last refresh token; None when there are none to be had. A token that was replaced already has
    been copied by somebody: that ends the session. So what this writes must be committed whatever it returns."""
    try:
        token = RefreshToken.read(refresh_token, tx.tools.lookup)
    except InvalidToken:
        return None
    session = await sessions.find(tx.connection, token.resident_id, token.session_id, tx.now)
    if session is None or session.suspended:
        return None
    if compare_digest(session.refresh_digest, token.digest):
        following = RefreshToken.new(session.resident_id, session.id, tx.random)
        if await sessions.renew(tx.connection, session, following.digest, tx.now, tx.now + SESSION_LIFE):
            return _tokens(tx, following, session.app_id, of_session(frozenset(session.app_scopes)), session.full_name)
    await end(tx, session.resident_id, session.id, "refresh token used again")
    return None


async def revoke(tx: Transaction, token: str) -> None:
    """Whoever holds a token may revoke it: a resident's, with its whole session. Another text is no token, and that is no error."""
    try:
        refresh_token = RefreshToken.read(token, tx.tools.lookup)
        await end(tx, refresh_token.resident_id, refresh_token.session_id, "token revoked")
    except InvalidToken:
        await _revoke_access(tx, token)


async def _revoke_access(tx: Transaction, token: str) -> None:
    try:
        read = tx.tools.access_tokens.read(token, tx.now)
    except InvalidToken:
        return
    if read.session_id is not None:
        await end(tx, read.subject, read.session_id, "token revoked")
    else:
        await revocations.insert(tx.connection, Revocation(subject_of_token(token), tx.now, tx.now + ACCESS_LIFE))


async def end(tx: Transaction, resident_id: UUID, id: UUID, reason: str) -> None:
    """Ends the session, unless it has ended; its tokens are refused from then on."""
    if await sessions.end(tx.connection, resident_id, id, tx.now):
        await _after_end(tx, resident_id, id, reason)


async def end_all(tx: Transaction, resident_id: UUID, reason: str) -> None:
    """Ends all of the resident's sessions."""
    for id in await sessions.end_all(tx.connection, resident_id, tx.now):
        await _after_end(tx, resident_id, id, reason)


async def _after_end(tx: Transaction, resident_id: UUID, id: UUID, reason: str) -> None:
    await revocations.insert(tx.connection, Revocation(id, tx.now, tx.now + ACCESS_LIFE))
    await record(tx, "session.ended", resident_id, id, reason)


def _tokens(tx: Transaction, refresh: RefreshToken, app_id: UUID, scopes: frozenset[str], name: str) -> Tokens:
    issued = tx.now.replace(microsecond=0)
    resident_id, session_id = refresh.resident_id, refresh.session_id
    # The client of a resident's token is the app that the session is in.
    access = AccessToken(ViewerKind.RESIDENT, resident_id, app_id, session_id, scopes, issued, issued + ACCESS_LIFE)
    viewer = Viewer(ViewerKind.RESIDENT, resident_id, session_id, app_id=app_id, scopes=scopes, name=name)
    text = tx.tools.access_tokens.issue(access)
    return Tokens(text, refresh.text(tx.tools.lookup), access.expires, viewer)
