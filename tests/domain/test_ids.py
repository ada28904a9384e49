import secrets
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import PublicId, new_id

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LETTERS = st.characters(min_codepoint=65, max_codepoint=90)


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_id(NOW, secrets.token_bytes)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(NOW.timestamp()) * 1000


def test_all_74_random_bits_are_used_and_no_other() -> None:
    zeros, ones = new_id(NOW, lambda n: b"\0" * n), new_id(NOW, lambda n: b"\xff" * n)
    assert (zeros.int ^ ones.int).bit_count() == 74
    assert zeros.version == ones.version == 7


@given(st.integers(0, 3_000_000_000_000), st.integers(1, 100_000), st.binary(min_size=10, max_size=10))
def test_the_order_of_ids_is_the_order_of_time(milliseconds: int, later: int, noise: bytes) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    first = new_id(epoch + timedelta(milliseconds=milliseconds), lambda n: b"\xff" * n)
    second = new_id(epoch + timedelta(milliseconds=milliseconds + later), lambda _: noise)
    assert first < second
    assert second.int >> 80 == milliseconds + later


@given(LETTERS, st.uuids(), st.none() | st.uuids())
def test_a_public_id_reads_back(letter: str, id: UUID, resident_id: UUID | None) -> None:
    public = PublicId(letter, id, resident_id)
    text = public.encode()
    assert len(text) == (24 if resident_id is None else 44)
    assert PublicId.decode(text) == public


@given(st.text(max_size=50) | st.from_regex(r"[A-Za-z0-9_+/=-]{24}|[A-Za-z0-9_+/=-]{44}", fullmatch=True))
def test_whatever_decodes_has_no_second_text(text: str) -> None:
    public = PublicId.decode(text)
    assert public is None or public.encode() == text


def test_texts_that_are_no_ids() -> None:
    text = PublicId("C", UUID(int=7)).encode()
    assert PublicId.decode(text[:-1] + "+") is None  # the other alphabet of base64
    assert PublicId.decode(text[:-1]) is None
    assert PublicId.decode("_" + text[1:]) is None  # no letter
    assert PublicId.decode(text[0] + "z" + text[2:]) is None  # no zero byte
