"""RSA as all providers use it: PKCS#1 v1.5 with SHA-256, in base64. Keys are parsed once, when a provider is made."""

import re
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

SMALLEST = 2048  # bits
_BLOCK = re.compile(rb"-----BEGIN (CERTIFICATE|PUBLIC KEY)-----.+?-----END \1-----", re.DOTALL)


class PrivateKey:
    """Ours. `PrivateKey(pem)` raises ValueError for what is no RSA key of at least 2,048 bits; its text holds nothing of it."""

    def __init__(self, pem: str) -> None:
        try:
            key = load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("not a private key as PEM without a password") from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST:
            raise ValueError(f"not an RSA key of at least {SMALLEST} bits")
        self._key = key

    def sign(self, text: bytes) -> str:
        """The signature, in base64."""
        return b64encode(self._key.sign(text, PKCS1v15(), SHA256())).decode()


class PublicKeys:
    """The provider's: one key or certificate, or several while it changes. `PublicKeys(pem)` raises ValueError."""

    def __init__(self, pem: str) -> None:
        self._keys = tuple(_public_key(found.group()) for found in _BLOCK.finditer(pem.encode()))
        if not self._keys:
            raise ValueError("not a public key or certificate as PEM")

    def signed(self, text: bytes, signature: str) -> bool:
        """Whether one of the keys made this signature (base64) over this text."""
        try:
            raw = b64decode(signature, validate=True)
        except ValueError:
            return False
        # One signature has one spelling: another that decodes to the same bytes was changed on the way.
        return b64encode(raw).decode() == signature and any(_made(key, text, raw) for key in self._keys)


def _made(key: RSAPublicKey, text: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, text, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _public_key(pem: bytes) -> RSAPublicKey:
    try:
        key = load_pem_x509_certificate(pem).public_key() if b"CERTIFICATE" in pem else load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("not a public key or certificate as PEM") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST:
        raise ValueError(f"not an RSA key of at least {SMALLEST} bits")
    return key
