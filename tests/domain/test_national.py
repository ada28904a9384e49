import hashlib
import re
from datetime import datetime, timedelta

import pytest
import segno
from gmssl.sm4 import SM4_DECRYPT, CryptSM4
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import CodePurpose
from domain.national import NationalDynamic, NationalStatic, dynamic_text, read_national, static_text
from domain.refusals import InvalidCode
from tests.domain.samples import CARD_IDS, MOMENTS, NATIONAL_KEY, NOW, PURPOSES

NONCES = st.binary(min_size=5, max_size=5)


@given(CARD_IDS, PURPOSES, MOMENTS, NONCES)
def test_a_dynamic_code_reads_back(card_id: bytes, purpose: CodePurpose, expires: datetime, nonce: bytes) -> None:
    text = dynamic_text(card_id, purpose, expires, nonce, NATIONAL_KEY)
    assert re.fullmatch(r"[0-9A-F]{64}:0:[0-9A-F]{32}", text)
    found = read_national(text)
    assert isinstance(found, NationalDynamic)
    claims = found.open(NATIONAL_KEY)
    assert (claims.card_id, claims.purpose, claims.expires) == (card_id, purpose, expires)
    assert claims.nonce == bytes.fromhex(text[-32:])


@given(CARD_IDS, PURPOSES, MOMENTS, NONCES)
def test_it_is_the_sm4_of_the_standard(card_id: bytes, purpose: CodePurpose, expires: datetime, nonce: bytes) -> None:
    text = dynamic_text(card_id, purpose, expires, nonce, NATIONAL_KEY)
    cipher = CryptSM4(padding_mode=0)
    cipher.set_key(hashlib.sha256(b"SM4 key of national codes" + NATIONAL_KEY).digest()[:16], SM4_DECRYPT)
    plain = bytes(cipher.one_round(cipher.sk, list(bytes.fromhex(text[-32:]))))
    assert plain[:10] == int(expires.timestamp()).to_bytes(4) + bytes([list(CodePurpose).index(purpose) + 1]) + nonce


def test_each_form_fits_a_small_qr() -> None:
    static = static_text(b"\xab" * 32)
    dynamic = dynamic_text(b"\xab" * 32, CodePurpose.PAY, NOW, b"nonce", NATIONAL_KEY)
    for text in (static, dynamic):
        code = segno.make(text, error="m", micro=False, boost_error=False)
        assert code.mode == "alphanumeric"
        assert int(code.version) <= 5


@given(st.binary(min_size=48, max_size=48), st.integers(0, 47), st.integers(1, 255))
def test_a_block_belongs_to_its_card_and_cannot_be_changed(noise: bytes, place: int, change: int) -> None:
    text = dynamic_text(noise[:32], CodePurpose.IDENTIFY, NOW, noise[:5], NATIONAL_KEY)
    changed = bytearray(noise[:32] + bytes.fromhex(text[-32:]))
    changed[place] ^= change
    with pytest.raises(InvalidCode):
        NationalDynamic(bytes(changed[:32]), bytes(changed[32:])).open(NATIONAL_KEY)


def test_another_key_opens_nothing() -> None:
    found = read_national(dynamic_text(b"i" * 32, CodePurpose.PAY, NOW, b"nonce", NATIONAL_KEY))
    assert isinstance(found, NationalDynamic)
    with pytest.raises(InvalidCode):
        found.open(NATIONAL_KEY[:-1] + b"?")


def test_two_codes_of_one_second_differ() -> None:
    made = {dynamic_text(b"i" * 32, CodePurpose.PAY, NOW, nonce, NATIONAL_KEY) for nonce in (b"nonce", b"noncf")}
    made.add(dynamic_text(b"i" * 32, CodePurpose.PAY, NOW + timedelta(seconds=1), b"nonce", NATIONAL_KEY))
    assert len({text[-32:] for text in made}) == 3


@given(CARD_IDS)
def test_a_static_code_reads_back(card_id: bytes) -> None:
    text = static_text(card_id)
    for form in (text, text.lower(), text + "::12440300455755MQ1A", text + "::440300-01"):
        assert read_national(form) == NationalStatic(card_id)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 64,
        "A" * 64 + ":0",
        "A" * 64 + ":2",
        "A" * 63 + ":1",
        "G" * 64 + ":1",
        "A" * 64 + ":1:" + "A" * 32,
        "A" * 64 + ":1::",
        "A" * 64 + ":1::机构",
        "A" * 64 + ":0:" + "A" * 31,
        "A" * 64 + ":0:" + "A" * 32 + "::ORG",
        "Ａ" * 64 + ":1",
        "A" * 64 + ":1\n",
    ],
)
def test_what_has_another_form(text: str) -> None:
    with pytest.raises(InvalidCode):
        read_national(text)
