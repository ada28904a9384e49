"""Tokens of sessions and clients: access tokens (JWT, 15 minutes), refresh tokens (opaque, each used once), client secrets."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol

from domain.ids import Random
from domain.keys import KeySet
from domain.sealing import Lookup, secret_digest
from domain.viewer import ViewerKind

ACCESS_LIFE = timedelta(minutes=15)

_ALGORITHM = "ES256"
_TYPE = "at+jwt"  # RFC 9068: a token of another kind is never taken for an access token
_LONGEST = 4096
_SECRET_BYTES = 32
_CHECK_BYTES = 16


class InvalidToken(Exception):
    """The token is none of ours, was changed, or is over. It says no more than that to anybody."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """Who may do what until when. `subject`: the resident, the app or the institution, by `kind`. Times in whole seconds."""

    kind: ViewerKind
    subject: UUID
    client_id: UUID
    session_id: UUID | None
    scopes: frozenset[str]
    issued: datetime
    expires: datetime


class AccessTokens:
    """Issues and reads access tokens of one issuer, which is their audience too: the platform's address."""

    def __init__(self, keys: KeySet, issuer: str) -> None:
        self._issuer = issuer
        self._header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": keys.current.id}
        self._private = ECKey.import_key(keys.current.private)
        self._public: Mapping[str, ECKey] = {id: ECKey.import_key(key) for id, key in keys.public.items()}

    def issue(self, token: AccessToken) -> str:
        """The token's text."""
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": str(token.subject),
            "client_id": str(token.client_id),
            "scope": " ".join(sorted(token.scopes)),
            "kind": str(token.kind),
            "iat": int(token.issued.timestamp()),
            "exp": int(token.expires.timestamp()),
        }
        if token.session_id is not None:
            claims["sid"] = str(token.session_id)
        return jwt.encode(self._header, claims, self._private, algorithms=[_ALGORITHM])

    def read(self, text: str, now: datetime) -> AccessToken:
        """What the token says. Raises InvalidToken."""
        try:
            if len(text) > _LONGEST:
                raise InvalidToken
            decoded = jwt.decode(text, self._key, algorithms=[_ALGORITHM])
            if decoded.header.get("typ") != _TYPE:
                raise InvalidToken
            token = self._token(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise InvalidToken from None
        if token.expires <= now:
            raise InvalidToken
        return token

    def _key(self, guest: GuestProtocol) -> ECKey:
        return self._public[guest.headers()["kid"]]

    def _token(self, claims: Mapping[str, Any]) -> AccessToken:
        if (claims["iss"], claims["aud"]) != (self._issuer, self._issuer):
            raise InvalidToken
        return AccessToken(
            kind=ViewerKind(claims["kind"]),
            subject=UUID(claims["sub"]),
            client_id=UUID(claims["client_id"]),
            session_id=UUID(claims["sid"]) if "sid" in claims else None,
            scopes=frozenset(claims["scope"].split()),
            issued=datetime.fromtimestamp(claims["iat"], UTC),
            expires=datetime.fromtimestamp(claims["exp"], UTC),
        )


_REFRESH = re.compile(r"ecr_([A-Za-z0-9_-]{108})")
_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Carries its resident and session, so that one look-up by key finds the row, and a secret that the row's digest knows."""

    resident_id: UUID
    session_id: UUID
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls, resident_id: UUID, session_id: UUID, random: Random) -> "RefreshToken":
        """A token with a new secret."""
        return cls(resident_id, session_id, random(_SECRET_BYTES))

    @property
    def digest(self) -> bytes:
        """What is stored of it."""
        return secret_digest(self.secret)

    def text(self, lookup: Lookup) -> str:
        """The token's text. Its keyed check means that only what we once issued can end a session as stolen and reused;
        somebody who merely knows the session's id cannot."""
        body = _VERSION + self.resident_id.bytes + self.session_id.bytes + self.secret
        return "ecr_" + base64.urlsafe_b64encode(body + _check(body, lookup)).decode()

    @classmethod
    def read(cls, text: str, lookup: Lookup) -> "RefreshToken":
        """Raises InvalidToken when we never issued it. Whether it is the session's last one, its row says."""
        match = _REFRESH.fullmatch(text)
        if match is None:
            raise InvalidToken
        raw = base64.urlsafe_b64decode(match[1])
        body, check = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
        if body[:1] != _VERSION or not compare_digest(check, _check(body, lookup)):
            raise InvalidToken
        return cls(UUID(bytes=body[1:17]), UUID(bytes=body[17:33]), body[33:])


def new_client_secret(random: Random) -> str:
    """The secret of a client, shown once; `client_secret_digest` is what is stored."""
    return "ecs_" + base64.urlsafe_b64encode(random(_SECRET_BYTES)).decode().rstrip("=")


def client_secret_digest(secret: str) -> bytes:
    """32 bytes."""
    return secret_digest(secret.encode())


def _check(body: bytes, lookup: Lookup) -> bytes:
    return lookup.digest("refresh token", body)[:_CHECK_BYTES]
