import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sealing import Lookup, SealBroken, Sealer, secret_digest
from tests.domain.samples import noise

OWNER, OTHER = UUID(int=1), UUID(int=2)
KEYS = {"2025": b"a" * 32, "2026": b"b" * 32}
SEALER = Sealer(KEYS, "2026", noise("nonce"))
NUMBER = "11010519491231002X"


@given(st.text(), st.uuids())
def test_what_is_sealed_opens_again(plain: str, resident_id: UUID) -> None:
    sealed = SEALER.seal(plain, "resident", "document", resident_id)
    assert SEALER.open(sealed, "resident", "document", resident_id) == plain
    assert len(sealed) == 2 + 4 + 12 + len(plain.encode()) + 16


@pytest.mark.parametrize(
    "place", [("resident", "phone", OWNER), ("former_document", "document", OWNER), ("resident", "document", OTHER)]
)
def test_it_opens_in_its_place_alone(place: tuple[str, str, UUID]) -> None:
    sealed = SEALER.seal(NUMBER, "resident", "document", OWNER)
    with pytest.raises(SealBroken):
        SEALER.open(sealed, *place)


@given(st.integers(0, 51), st.integers(1, 255))
def test_one_changed_byte_breaks_the_seal(place: int, change: int) -> None:
    sealed = bytearray(SEALER.seal(NUMBER, "resident", "document", OWNER))
    sealed[place] ^= change
    with pytest.raises(SealBroken):
        SEALER.open(bytes(sealed), "resident", "document", OWNER)


@given(st.binary(max_size=60))
def test_anything_else_is_broken_and_nothing_worse(sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        SEALER.open(sealed, "resident", "document", OWNER)


def test_keys_rotate() -> None:
    before = Sealer({"2025": KEYS["2025"]}, "2025", noise("nonce"))
    sealed = before.seal(NUMBER, "resident", "document", OWNER)
    assert before.is_current(sealed)
    assert SEALER.open(sealed, "resident", "document", OWNER) == NUMBER
    assert not SEALER.is_current(sealed)
    anew = SEALER.seal(NUMBER, "resident", "document", OWNER)
    assert SEALER.is_current(anew)
    with pytest.raises(SealBroken):
        before.open(anew, "resident", "document", OWNER)


def test_every_seal_has_a_nonce_of_its_own() -> None:
    drawn = iter([b"1" * 12, b"2" * 12])
    sealer = Sealer(KEYS, "2026", lambda _: next(drawn))
    assert sealer.seal(NUMBER, "resident", "document", OWNER) != sealer.seal(NUMBER, "resident", "document", OWNER)


def test_what_is_not_as_a_key_must_be() -> None:
    with pytest.raises(ValueError, match="not among"):
        Sealer(KEYS, "2027", noise(""))
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer({"2026": b"a" * 16}, "2026", noise(""))
    with pytest.raises(ValueError, match="ASCII"):
        Sealer({"": b"a" * 32}, "", noise(""))
    with pytest.raises(ValueError, match="32 bytes"):
        Lookup(b"short")


PARTS = st.lists(st.text(max_size=4) | st.binary(max_size=4), max_size=3)


@given(st.text(max_size=4), PARTS, st.text(max_size=4), PARTS)
def test_a_lookup_finds_the_same_and_nothing_else(
    kind: str, parts: list[str | bytes], other: str, others: list[str | bytes]
) -> None:
    def as_bytes(values: list[str | bytes]) -> list[bytes]:
        return [value.encode() if isinstance(value, str) else value for value in values]

    lookup = Lookup(b"l" * 32)
    is_same = (kind, as_bytes(parts)) == (other, as_bytes(others))
    assert (lookup.digest(kind, *parts) == lookup.digest(other, *others)) == is_same


def test_a_lookup_depends_on_its_key() -> None:
    assert Lookup(b"l" * 32).digest("phone", "13800000000") != Lookup(b"m" * 32).digest("phone", "13800000000")


def test_a_random_secret_needs_no_more_than_a_hash() -> None:
    assert secret_digest(b"s" * 32) == hashlib.sha256(b"s" * 32).digest()
