"""A terminal without a network: it verifies a code with the public keys alone, from the published description of the form.

Nothing of the platform's own code is used here: this is what a hospital's developer writes, in any language.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ecard.tour.consumer import TourError

PREFIX = "EC1:"
KEY_ID, EXPIRES, ISSUED, CARD = 4, 4, 6, -65537
PURPOSES = {1: "IDENTIFY", 2: "PAY", 3: "RECORDS", 4: "COLLECT"}


def verify(text: str, keys: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """What a signed code says. `keys`: of the JWKS. Raises TourError when none of them signed it."""
    protected, _, payload, signature = cbor2.loads(base45.b45decode(text.removeprefix(PREFIX))).value
    key_id = cbor2.loads(protected)[KEY_ID].decode()
    key = next((one for one in keys if one["kid"] == key_id), None)
    if key is None:
        raise TourError(f"the JWKS has no key {key_id}")
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    both = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    public = EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), SECP256R1()).public_key()
    try:
        public.verify(both, signed, ECDSA(SHA256()))
    except InvalidSignature:
        raise TourError("the signature of the code is wrong") from None
    claims = cbor2.loads(payload)
    purpose, handle = claims[CARD]
    return {"purpose": PURPOSES[purpose], "card": handle.hex(), "issued": claims[ISSUED], "expires": claims[EXPIRES], "key": key_id}


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
