"""Signing keys (ES256) and their public form, JWKS.

A key's id has four characters, since it travels in every QR code. SMART Health Cards name a key by its whole thumbprint, so what
is public has each key twice: under its id, and under its thumbprint.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from domain.ids import Random

ES256 = ECDSA(SHA256(), deterministic_signing=True)

_ID = re.compile(r"[A-Za-z0-9_-]{4}")
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key on P-256 and its id."""

    id: str
    private: EllipticCurvePrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError("The id of a signing key has four characters: letters, digits, - or _.")
        if not isinstance(self.private.curve, SECP256R1):
            raise ValueError(f"The signing key {self.id} is not on the curve P-256.")

    @property
    def thumbprint(self) -> str:
        """RFC 7638: 43 characters."""
        return ECKey.import_key(self.private).thumbprint()

    def sign(self, message: bytes) -> bytes:
        """r and s, 32 bytes each, as JOSE and COSE write them; the same message gives the same bytes."""
        r, s = decode_dss_signature(self.private.sign(message, ES256))
        return r.to_bytes(32) + s.to_bytes(32)

    @classmethod
    def new(cls, random: Random) -> "SigningKey":
        """A new key; its id is the beginning of its thumbprint (RFC 7638)."""
        # FIPS 186-5, A.2.1: 64 bits more than the order has, so that the remainder favours no key.
        private = derive_private_key(1 + int.from_bytes(random(40)) % (_ORDER - 1), SECP256R1())
        return cls(ECKey.import_key(private).thumbprint()[:4], private)


class KeySet:
    """Keys that are in use: the first signs, all of them verify. Rotate by putting a new key first."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        if not keys:
            raise ValueError("There is no signing key.")
        if len({key.id for key in keys}) != len(keys):
            raise ValueError("Two signing keys have the same id.")
        self._keys = tuple(keys)
        self.current = keys[0]
        self.public: Mapping[str, EllipticCurvePublicKey] = MappingProxyType({key.id: key.private.public_key() for key in keys})

    def public_jwks(self) -> dict[str, Any]:
        """What /.well-known/jwks.json shows."""
        return {"keys": [_jwk(key, kid, private=False) for key in self._keys for kid in (key.id, key.thumbprint)]}

    def private_jwks(self) -> str:
        """The text that `read` reads. It is a secret."""
        return json.dumps({"keys": [_jwk(key, key.id, private=True) for key in self._keys]})

    @classmethod
    def read(cls, text: str) -> "KeySet":
        """The keys of a private JWKS. Raises ValueError that says what is wrong and shows nothing of a key."""
        try:
            keys = [(str(jwk["kid"]), _private_key(jwk)) for jwk in json.loads(text)["keys"]]
        except (ValueError, KeyError, TypeError, JoseError):
            raise ValueError("The signing keys are no private JWKS of EC keys with kid.") from None
        return cls([SigningKey(id, private) for id, private in keys])


def _jwk(key: SigningKey, kid: str, *, private: bool) -> dict[str, Any]:
    jwk = ECKey.import_key(key.private).as_dict(private=private)
    return {**jwk, "kid": kid, "alg": "ES256", "use": "sig"}


def _private_key(jwk: Mapping[str, Any]) -> EllipticCurvePrivateKey:
    private = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y", "d")}).private_key
    if private is None:
        raise ValueError("The key is a public one.")
    return private
