"""How providers write times and money, and how they sign."""

from base64 import b64decode, b64encode
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate
from starlette.requests import Request

from ecard.simulators.books import SHANGHAI


def shanghai(moment: datetime | None) -> str | None:
    """RFC 3339 in Asia/Shanghai, whole seconds."""
    return None if moment is None else moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def local(moment: datetime, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """In Asia/Shanghai, without saying so."""
    return moment.astimezone(SHANGHAI).strftime(pattern)


def read_local(text: str, pattern: str = "%Y-%m-%d %H:%M:%S") -> datetime:
    """The time that `local` wrote. Raises ValueError."""
    return datetime.strptime(text, pattern).replace(tzinfo=SHANGHAI)


def today(now: datetime) -> date:
    """The day in Asia/Shanghai."""
    return now.astimezone(SHANGHAI).date()


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}"


def fen(text: str) -> int:
    """Yuan with at most two decimals as fen, more than 0. Raises ValueError."""
    try:
        amount = Decimal(text) * 100
    except InvalidOperation:
        raise ValueError("it is no amount") from None
    if not amount.is_finite() or amount != int(amount) or amount <= 0:
        raise ValueError("it is no amount in fen")
    return int(amount)


def target(request: Request) -> str:
    """The path as sent, with the query."""
    path: str = request.scope["raw_path"].partition(b"?")[0].decode()
    query: str = request.scope["query_string"].decode()
    return f"{path}?{query}" if query else path


def base(request: Request) -> str:
    """The simulator's own address, as its client has it; ends with /."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}/"


def private_key(pem: str) -> RSAPrivateKey:
    """An RSA key from its PEM."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("it is no RSA key")
    return key


def public_key(pem: str) -> RSAPublicKey:
    """An RSA key from the PEM of it or of a certificate."""
    data = pem.encode()
    key = load_pem_x509_certificate(data).public_key() if "CERTIFICATE" in pem else load_pem_public_key(data)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("it is no RSA key")
    return key


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """SHA256 with RSA, PKCS #1 v1.5, as base64."""
    return b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Whether the signature is one of this message."""
    try:
        key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
