import base64
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from domain.keys import KeySet
from domain.sealing import Lookup
from domain.tokens import (
    ACCESS_LIFE,
    AccessToken,
    AccessTokens,
    InvalidToken,
    RefreshToken,
    client_secret_digest,
    new_client_secret,
)
from domain.viewer import ViewerKind
from tests.domain.samples import KEY, KEYS, LOOKUP, MOMENTS, NOW, OLD_KEY, STRANGER, later, noise

ISSUER = "https://card.example"
TOKENS = AccessTokens(KEYS, ISSUER)
SAMPLE = AccessToken(ViewerKind.RESIDENT, UUID(int=1), UUID(int=2), UUID(int=3), frozenset({"card:read"}), NOW, NOW + ACCESS_LIFE)
SCOPES = st.frozensets(st.from_regex(r"[a-z]+:(read|write)", fullmatch=True), max_size=5)


@given(st.sampled_from(ViewerKind), st.uuids(), st.uuids(), st.none() | st.uuids(), SCOPES, MOMENTS)
def test_an_access_token_reads_back(
    kind: ViewerKind, subject: UUID, client_id: UUID, session_id: UUID | None, scopes: frozenset[str], issued: Any
) -> None:
    token = AccessToken(kind, subject, client_id, session_id, scopes, issued, issued + ACCESS_LIFE)
    assert TOKENS.read(TOKENS.issue(token), issued) == token


def test_anyone_with_the_public_keys_can_read_it() -> None:
    jwk = KEYS.public_jwks()["keys"][0]
    decoded = jwt.decode(TOKENS.issue(SAMPLE), ECKey.import_key(jwk), algorithms=["ES256"])
    assert decoded.header == {"alg": "ES256", "typ": "at+jwt", "kid": KEY.id}
    assert decoded.claims == {
        "iss": ISSUER,
        "aud": ISSUER,
        "sub": str(UUID(int=1)),
        "client_id": str(UUID(int=2)),
        "sid": str(UUID(int=3)),
        "scope": "card:read",
        "kind": "RESIDENT",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 900,
    }


def test_it_lasts_fifteen_minutes() -> None:
    text = TOKENS.issue(SAMPLE)
    assert TOKENS.read(text, later(899)) == SAMPLE
    with pytest.raises(InvalidToken):
        TOKENS.read(text, later(900))


def test_keys_rotate() -> None:
    before = AccessTokens(KeySet([OLD_KEY]), ISSUER).issue(SAMPLE)
    assert TOKENS.read(before, NOW) == SAMPLE
    with pytest.raises(InvalidToken):
        AccessTokens(KeySet([KEY]), ISSUER).read(before, NOW)


def forged(header: dict[str, Any], key: ECKey | OctKey, **changes: Any) -> str:
    claims = jwt.decode(TOKENS.issue(SAMPLE), ECKey.import_key(KEY.private), algorithms=["ES256"]).claims | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(header, claims, key, algorithms=["ES256", "HS256"], default_type=None)


GOOD = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.id}
OURS = ECKey.import_key(KEY.private)


def test_the_forger_of_these_tests_can_make_a_good_one() -> None:
    assert TOKENS.read(forged(GOOD, OURS), NOW) == SAMPLE


NO_TOKENS = {
    "another key": forged(GOOD, ECKey.import_key(STRANGER.private)),
    "an unknown key": forged({**GOOD, "kid": STRANGER.id}, ECKey.import_key(STRANGER.private)),
    "no key": forged({"alg": "ES256", "typ": "at+jwt"}, OURS),
    "another type": forged({**GOOD, "typ": "JWT"}, OURS),
    "no type": forged({"alg": "ES256", "kid": KEY.id}, OURS),
    "the public key as the secret of another algorithm": forged(
        {**GOOD, "alg": "HS256"}, OctKey.import_key(json.dumps(KEYS.public_jwks()["keys"][0]).encode())
    ),
    "no algorithm": base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=") + ".e30.",
    "another issuer": forged(GOOD, OURS, iss="https://other.example"),
    "another audience": forged(GOOD, OURS, aud="https://other.example"),
    "no subject": forged(GOOD, OURS, sub=None),
    "no id": forged(GOOD, OURS, sub="somebody"),
    "no end": forged(GOOD, OURS, exp=None),
    "no kind of viewer": forged(GOOD, OURS, kind="KING"),
    "more at the end": TOKENS.issue(SAMPLE) + "A",
    "four parts": TOKENS.issue(SAMPLE).replace(".", "..", 1),
    "far too long": "A" * 5000,
}


@pytest.mark.parametrize("wrong", NO_TOKENS)
def test_what_is_no_token_of_ours(wrong: str) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(NO_TOKENS[wrong], NOW)


@given(st.text() | st.from_regex(r"[\w=-]{0,20}\.[\w=-]{0,20}\.[\w=-]{0,20}", fullmatch=True))
def test_garbage_is_no_token_and_nothing_worse(text: str) -> None:
    with pytest.raises(InvalidToken):
        TOKENS.read(text, NOW)
    with pytest.raises(InvalidToken):
        RefreshToken.read(text, LOOKUP)


@given(st.uuids(), st.uuids(), st.binary(min_size=32, max_size=32))
def test_a_refresh_token_reads_back(resident_id: UUID, session_id: UUID, secret: bytes) -> None:
    token = RefreshToken(resident_id, session_id, secret)
    text = token.text(LOOKUP)
    assert RefreshToken.read(text, LOOKUP) == token
    assert len(text) == 112


@given(st.integers(0, 80), st.integers(1, 255))
def test_one_changed_byte_of_a_refresh_token_is_noticed(place: int, change: int) -> None:
    text = RefreshToken.new(UUID(int=1), UUID(int=2), noise("secret")).text(LOOKUP)
    raw = bytearray(base64.urlsafe_b64decode(text[4:]))
    raw[place] ^= change
    with pytest.raises(InvalidToken):
        RefreshToken.read("ecr_" + base64.urlsafe_b64encode(bytes(raw)).decode(), LOOKUP)


def test_who_knows_a_session_makes_no_refresh_token_of_it() -> None:
    known = RefreshToken.new(UUID(int=1), UUID(int=2), noise("guess"))
    with pytest.raises(InvalidToken):
        RefreshToken.read(known.text(Lookup(b"x" * 32)), LOOKUP)


def test_a_new_refresh_token_of_the_session_has_another_digest() -> None:
    first = RefreshToken.new(UUID(int=1), UUID(int=2), noise("first"))
    assert replace(first, secret=noise("second")(32)).digest != first.digest
    assert len(first.digest) == 32
    assert "secret" not in repr(first)


def test_a_client_secret_is_stored_as_a_digest() -> None:
    secret = new_client_secret(noise("client"))
    assert (secret[:4], len(secret)) == ("ecs_", 47)
    assert client_secret_digest(secret) != client_secret_digest(secret + "=")
    assert client_secret_digest(secret) == client_secret_digest(new_client_secret(noise("client")))
