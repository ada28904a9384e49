import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, derive_private_key
from joserfc.jwk import ECKey, RSAKey

from domain.keys import KeySet, SigningKey
from tests.domain.samples import KEY, KEYS, OLD_KEY, signing_key


def test_a_new_key_is_named_by_its_thumbprint() -> None:
    assert KEY.id == ECKey.import_key(KEY.private).thumbprint()[:4]
    assert signing_key("one").id == KEY.id != OLD_KEY.id


def test_the_extremes_of_chance_still_give_a_key() -> None:
    assert SigningKey.new(lambda count: b"\0" * count).id != SigningKey.new(lambda count: b"\xff" * count).id


def test_the_first_key_signs_and_all_verify() -> None:
    assert KEYS.current is KEY
    assert set(KEYS.public) == {KEY.id, OLD_KEY.id}


def test_the_public_jwks_is_read_elsewhere_and_keeps_the_secret() -> None:
    shown = KEYS.public_jwks()
    keys = [ECKey.import_key(key) for key in shown["keys"]]
    assert [key.kid for key in keys] == [KEY.id, keys[0].thumbprint(), OLD_KEY.id, keys[2].thumbprint()]
    assert not any(key.is_private for key in keys)
    assert {(key["alg"], key["use"], key["kty"], key["crv"]) for key in shown["keys"]} == {("ES256", "sig", "EC", "P-256")}
    assert all("d" not in key for key in shown["keys"])


def test_the_private_jwks_reads_back() -> None:
    read = KeySet.read(KEYS.private_jwks())
    assert read.current.id == KEY.id
    assert read.private_jwks() == KEYS.private_jwks()


def jwks(**changes: object) -> str:
    key = json.loads(KEYS.private_jwks())["keys"][0] | changes
    return json.dumps({"keys": [{name: value for name, value in key.items() if value is not None}]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no private JWKS"),
        ("[]", "no private JWKS"),
        ('{"keys": 5}', "no private JWKS"),
        ('{"keys": [5]}', "no private JWKS"),
        ('{"keys": []}', "no signing key"),
        (json.dumps(KEYS.public_jwks()), "no private JWKS"),
        (jwks(kid=None), "no private JWKS"),
        (jwks(d="AAAA"), "no private JWKS"),
        (jwks(x="!"), "no private JWKS"),
        (jwks(kid="too long"), "four characters"),
        (json.dumps({"keys": json.loads(jwks())["keys"] * 2}), "same id"),
        (json.dumps({"keys": [{**RSAKey.generate_key(2048).as_dict(private=True), "kid": "rsa1"}]}), "no private JWKS"),
        (
            json.dumps({"keys": [{**ECKey.import_key(derive_private_key(7, SECP384R1())).as_dict(private=True), "kid": "p384"}]}),
            "P-256",
        ),
    ],
)
def test_what_is_wrong_is_said_without_showing_a_key(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        KeySet.read(text)
    assert json.loads(jwks())["keys"][0]["d"] not in str(refused.value)


def test_a_key_is_not_in_what_is_logged() -> None:
    assert repr(KEY) == f"SigningKey(id='{KEY.id}')"
