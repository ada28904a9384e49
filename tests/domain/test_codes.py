import json
import re
from datetime import timedelta
from pathlib import Path

import base45
import cbor2
import cwt
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import Claims, PrintedText, new_claims, print_code, read_printed, read_signed, sign
from domain.enums import CodePurpose
from domain.keys import KeySet, SigningKey
from domain.refusals import InvalidCode
from domain.sealing import Lookup
from tests.domain.samples import HANDLES, KEY, KEY_IDS, KEYS, LOOKUP, NOW, OLD_KEY, STRANGER, claims, noise

ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
SAMPLE = new_claims(b"h" * 16, CodePurpose.PAY, NOW, noise("nonce"))


@given(claims(), KEY_IDS)
def test_every_signed_code_fits_a_qr_that_phones_and_readers_read(said: Claims, key_id: str) -> None:
    text = sign(said, SigningKey(key_id, KEY.private))
    assert len(text) == 199
    assert ALPHANUMERIC.fullmatch(text)
    code = segno.make(text, error="m", micro=False, boost_error=False)
    assert int(code.version) <= 8
    assert code.mode == "alphanumeric"


@given(claims())
def test_a_signed_code_reads_back(said: Claims) -> None:
    for key in (KEY, OLD_KEY):
        assert read_signed(sign(said, key)).verify(KEYS.public) == said


@given(claims())
def test_an_independent_reader_reads_it_with_the_public_keys(said: Claims) -> None:
    jwk = KEYS.public_jwks()["keys"][0]
    found = cwt.decode(base45.b45decode(sign(said, KEY)[4:]), cwt.COSEKey.from_jwk(jwk), no_verify=True)
    number = {"IDENTIFY": 1, "PAY": 2, "RECORDS": 3, "COLLECT": 4}[said.purpose]
    assert found == {
        4: int(said.expires.timestamp()),
        6: int(said.issued.timestamp()),
        7: said.nonce,
        -65537: [number, said.handle],
    }


def test_an_independent_reader_refuses_what_another_key_signed() -> None:
    jwk = KEYS.public_jwks()["keys"][0]
    with pytest.raises(cwt.VerifyError):
        cwt.decode(
            base45.b45decode(sign(SAMPLE, SigningKey(KEY.id, STRANGER.private))[4:]),
            cwt.COSEKey.from_jwk(jwk),
            no_verify=True,
        )


def test_a_code_is_good_for_a_minute_from_the_whole_second() -> None:
    said = new_claims(b"h" * 16, CodePurpose.IDENTIFY, NOW + timedelta(microseconds=999_999), noise("nonce"))
    assert (said.issued, said.expires) == (NOW, NOW + timedelta(minutes=1))
    assert said.nonce == noise("nonce")(10)


def test_the_same_claims_give_the_same_text() -> None:
    assert sign(SAMPLE, KEY) == sign(SAMPLE, KEY)


def test_what_a_stranger_signed_is_refused() -> None:
    for key in (STRANGER, SigningKey(KEY.id, STRANGER.private)):
        with pytest.raises(InvalidCode):
            read_signed(sign(SAMPLE, key)).verify(KEYS.public)


def test_a_retired_key_verifies_nothing_more() -> None:
    with pytest.raises(InvalidCode):
        read_signed(sign(SAMPLE, OLD_KEY)).verify(KeySet([KEY]).public)


@given(claims(), st.integers(0, 129), st.integers(1, 255))
def test_one_changed_byte_is_noticed(said: Claims, place: int, change: int) -> None:
    raw = bytearray(base45.b45decode(sign(said, KEY)[4:]))
    raw[place] ^= change
    with pytest.raises(InvalidCode):
        read_signed("EC1:" + base45.b45encode(bytes(raw)).decode()).verify(KEYS.public)


def test_claims_in_another_frame_are_refused() -> None:
    raw = base45.b45decode(sign(SAMPLE, KEY)[4:])
    protected, _, payload, signature = cbor2.loads(raw).value
    for frame in (
        [protected, {}, payload, signature],  # without the tag
        cbor2.CBORTag(18, [protected, {4: KEY.id.encode()}, payload, signature]),
        cbor2.CBORTag(61, cbor2.CBORTag(18, [protected, {}, payload, signature])),
        cbor2.CBORTag(18, [protected, {}, payload, signature + b"\0"]),
    ):
        with pytest.raises(InvalidCode):
            read_signed("EC1:" + base45.b45encode(cbor2.dumps(frame)).decode())


@pytest.mark.parametrize("text", ["EC1:", "EC1:A", "EC1:ABC", "EC1:é", "EC1:" + "0" * 195, "EC1:" + ":" * 195])
def test_what_only_begins_like_a_signed_code(text: str) -> None:
    with pytest.raises(InvalidCode):
        read_signed(text)


@given(HANDLES)
def test_a_printed_code_reads_back_and_is_small(handle: bytes) -> None:
    text = print_code(handle, LOOKUP)
    assert read_printed(text).verify(LOOKUP) == handle
    assert len(text) == 37
    assert ALPHANUMERIC.fullmatch(text)
    assert segno.make(text, error="m", micro=False, boost_error=False).version == 2


@given(HANDLES, st.integers(0, 21), st.integers(1, 255))
def test_one_changed_byte_of_a_printed_code_is_noticed(handle: bytes, place: int, change: int) -> None:
    raw = bytearray(base45.b45decode(print_code(handle, LOOKUP)[4:]))
    raw[place] ^= change
    with pytest.raises(InvalidCode):
        read_printed("EP1:" + base45.b45encode(bytes(raw)).decode()).verify(LOOKUP)


def test_who_has_not_the_key_prints_nothing() -> None:
    forged = read_printed(print_code(b"h" * 16, Lookup(b"x" * 32)))
    assert isinstance(forged, PrintedText)
    with pytest.raises(InvalidCode):
        forged.verify(LOOKUP)


def test_the_example_in_the_reference_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/codes.md").read_text("utf-8")
    example = json.loads(page.split("```json")[1].split("```")[0])
    found = cwt.decode(base45.b45decode(example["code"][4:]), cwt.COSEKey.from_jwk(example["key"]), no_verify=True)
    said = example["claims"]
    assert found == {
        4: said["expires"],
        6: said["issued"],
        7: bytes.fromhex(said["nonce"]),
        -65537: [3, bytes.fromhex(said["handle"])],
    }
    assert said["purpose"] == "RECORDS"
    assert len(example["code"]) == 199
