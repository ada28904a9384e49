"""What the adapters share: keys, amounts and times as text, and one request."""

import asyncio
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from domain.money import yuan
from outside.errors import Permanent, Transient
from outside.payments import exchange, formats
from outside.payments.exchange import Exchange, code_of
from outside.payments.keys import PrivateKey, PublicKeys
from tests.outside.payments.support import NOW, Network, pair, plain, private, public, raised, unnamed
from tests.outside.standin import stand_in


def test_what_one_signs_the_other_knows() -> None:
    signature = private("us").sign("金额".encode())
    assert public("us").signed("金额".encode(), signature)
    assert not public("us").signed("金额 ".encode(), signature)
    assert not public("somebody").signed("金额".encode(), signature)


@given(at=st.integers(0, 400), character=st.characters(max_codepoint=255))
def test_a_signature_has_one_spelling(at: int, character: str) -> None:
    signature = private("us").sign(b"x")
    at %= len(signature)
    changed = signature[:at] + character + signature[at + 1 :]
    assert public("us").signed(b"x", changed) == (changed == signature)


def test_the_bits_that_base64_leaves_unused_are_none() -> None:
    signature = private("us").sign(b"x")
    body, last = signature[:-3], signature[-3]
    assert signature.endswith("==")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = alphabet[alphabet.index(last) ^ 1]
    assert b64decode(f"{body}{twin}==") == b64decode(signature)
    assert not public("us").signed(b"x", f"{body}{twin}==")


@pytest.mark.parametrize("signature", ["", "=", "é", " ", "AAAA", "A" * 344])
def test_what_is_no_signature(signature: str) -> None:
    assert not public("us").signed(b"x", signature)


def certificate(name: str) -> str:
    """A certificate of somebody's, signed by themselves."""
    key = serialization.load_pem_private_key(pair(name).private.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    built = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(1)
    valid = built.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return valid.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_certificates_and_several_keys() -> None:
    keys = PublicKeys(f"Bag Attributes\n{certificate('unionpay')}\n{pair('bank').public}")
    for name, known in (("unionpay", True), ("bank", True), ("us", False)):
        assert keys.signed(b"x", private(name).sign(b"x")) is known


def pem_of_a_curve() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public.decode()


@pytest.mark.parametrize("pem", ["", "hidden", pair("us").public, pem_of_a_curve()[0], pair("small", 1024).private], ids=unnamed)
def test_what_is_no_private_key(pem: str) -> None:
    with pytest.raises(ValueError, match=r"^not an? ") as caught:
        PrivateKey(pem)
    assert "hidden" not in str(caught.value)


def test_a_private_key_with_a_password_is_none() -> None:
    key = serialization.load_pem_private_key(pair("us").private.encode(), None)
    closed = serialization.BestAvailableEncryption(b"password")
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closed).decode()
    with pytest.raises(ValueError, match="without a password"):
        PrivateKey(pem)


BROKEN = f"-----BEGIN PUBLIC KEY-----\n{b64encode(b'hidden').decode()}\n-----END PUBLIC KEY-----"


@pytest.mark.parametrize(
    "pem", ["", "hidden", pair("us").private, BROKEN, pem_of_a_curve()[1], pair("small", 1024).public], ids=unnamed
)
def test_what_is_no_public_key(pem: str) -> None:
    with pytest.raises(ValueError, match=r"^not an? "):
        PublicKeys(pem)


@given(st.integers(-(10**13), 10**13))
def test_amounts_come_back(fen: int) -> None:
    assert formats.from_yuan(yuan(fen)) == fen


@pytest.mark.parametrize(("text", "fen"), [("0", 0), ("128.5", 12850), ("128.50000", 12850), ("-0.01", -1), ("007.1", 710)])
def test_amounts_as_text(text: str, fen: int) -> None:
    assert formats.from_yuan(text) == fen


@pytest.mark.parametrize("text", ["", ".5", "1.", "1.005", "1e2", "+1", "1,000", "１", "NaN", " 1", "1" * 13])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        formats.from_yuan(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "１", "1" * 16])
def test_what_is_no_number_of_fen(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        formats.from_fen(text)


@given(st.text(), st.integers(0, 40))
def test_a_text_is_cut_whole(text: str, most: int) -> None:
    cut = formats.shortened(text.encode(errors="ignore").decode(), most)
    assert len(cut.encode()) <= most
    assert cut.isprintable()


def test_times_of_shanghai() -> None:
    assert formats.local_time("2026-11-24 10:30:00") == NOW
    assert formats.local_text(NOW) == "2026-11-24 10:30:00"
    closed = datetime(2026, 11, 25, 2, tzinfo=UTC)
    assert formats.books_are_closed(date(2026, 11, 24), closed)
    assert not formats.books_are_closed(date(2026, 11, 24), closed - timedelta(seconds=1))


@pytest.mark.parametrize("value", [None, 5, "", "so many words", "x" * 65, "代码", "A\nB"])
def test_only_codes_are_told(value: object) -> None:
    assert code_of(value) == "unknown"
    assert code_of("ACQ.TRADE_NOT-EXIST.1") == "ACQ.TRADE_NOT-EXIST.1"


async def test_one_request_over_a_real_connection() -> None:
    async with stand_in() as there:
        there.answers(418, raw=b"tea")
        asking = Exchange(None)
        found = await asking.send("POST", f"{there.url}/x?y=1", {"a-header": "1"}, b"body")
        await asking.close()
    assert (found.status, found.body) == (418, b"tea")
    assert (there.asked[0].line, there.asked[0].body) == ("POST /x?y=1 HTTP/1.1", b"body")


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "LONGEST", 0.05)
    async with stand_in() as there:
        there.answer, there.hangs = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{", True
        asking = Exchange(None)
        assert await raised(Transient, asking.send("GET", there.url)) == "No answer: ReadTimeout."
        await asking.close()


async def test_a_redirect_is_not_followed_and_a_flood_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network([plain(302, location="https://elsewhere.test"), plain(200, b"x" * 11)])
    asking = Exchange(network.transport)
    assert (await asking.send("GET", "https://x.test")).status == 302
    monkeypatch.setattr(exchange, "LARGEST", 10)
    assert await raised(Transient, asking.send("GET", "https://x.test")) == "The answer is too large."
    assert await raised(Permanent, asking.send("GET", "https://x.test:port")) == "The address of the provider's is none."
    await asking.close()


async def test_many_requests_at_once_keep_their_answers() -> None:
    network = Network([lambda request: httpx.Response(200, content=request.url.path.encode())] * 50)
    asking = Exchange(network.transport)
    found = await asyncio.gather(*(asking.send("GET", f"https://x.test/{at}") for at in range(50)))
    assert [answer.body for answer in found] == [f"/{at}".encode() for at in range(50)]
    await asking.close()
