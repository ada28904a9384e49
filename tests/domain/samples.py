"""Keys and strategies that the tests of codes and tokens share. The keys are of these tests alone."""

import hashlib
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from domain.codes import HANDLE_BYTES, LIFE, NONCE_BYTES, Claims
from domain.enums import CodePurpose
from domain.ids import Random
from domain.keys import KeySet, SigningKey
from domain.sealing import Lookup

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def noise(seed: str) -> Random:
    """A source of bytes that gives the same each time."""
    return lambda count: hashlib.shake_256(seed.encode()).digest(count)


def signing_key(seed: str) -> SigningKey:
    return SigningKey.new(noise(seed))


KEY, OLD_KEY, STRANGER = signing_key("one"), signing_key("two"), signing_key("three")
KEYS = KeySet([KEY, OLD_KEY])
LOOKUP = Lookup(b"l" * 32)
NATIONAL_KEY = b"the national key, 32 random bytes"[:32]

MOMENTS = st.integers(1_500_000_000, 2**32 - 1 - 60).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
HANDLES = st.binary(min_size=HANDLE_BYTES, max_size=HANDLE_BYTES)
CARD_IDS = st.binary(min_size=32, max_size=32)
PURPOSES = st.sampled_from(CodePurpose)
KEY_IDS = st.from_regex(r"[A-Za-z0-9_-]{4}", fullmatch=True)


@st.composite
def claims(draw: st.DrawFn) -> Claims:
    issued = draw(MOMENTS)
    nonce = draw(st.binary(min_size=NONCE_BYTES, max_size=NONCE_BYTES))
    return Claims(draw(HANDLES), draw(PURPOSES), issued, issued + LIFE, nonce)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
