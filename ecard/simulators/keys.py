"""Keys of a demo for both sides of the wire: made once, kept in its folder, readable by their owner only."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ecard.private_files import read_private, write_private

FILE = "payment-keys.json"
NAMES = ("wechat-pay", "alipay", "unionpay", "bank")
LIFE = timedelta(days=3650)


def demo_keys(folder: Path) -> dict[str, str]:
    """The keys of the demo in `folder`, PEM and names; the first time they are made.

    `<provider>.ours` and `<provider>.theirs` are private keys, `<provider>.our_public` and `<provider>.their_public` what the other
    side gets.
    """
    file = folder / FILE
    found = read_private(file)
    if found is None:
        found = new_keys(datetime.now(UTC))
        write_private(file, found)
    return found


def new_keys(now: datetime) -> dict[str, str]:
    """Fresh ones."""
    keys: dict[str, str] = {"wechat-pay.api_key": secrets.token_hex(16), "wechat-pay.serial": secrets.token_hex(20).upper()}
    for name in NAMES:
        ours, theirs = (generate_private_key(65537, 2048) for _ in range(2))
        keys[f"{name}.ours"], keys[f"{name}.theirs"] = _private(ours), _private(theirs)
        keys[f"{name}.our_public"], keys[f"{name}.their_public"] = _public(ours), _public(theirs)
        if name == "unionpay":
            keys[f"{name}.their_public"] = _certificate(theirs, now)
    return keys


def payment_settings(keys: Mapping[str, str], url: str) -> dict[str, str]:
    """Our side's settings for simulators under `url`, by their names in the environment."""
    own = {
        "WECHAT_PAY_URL": f"{url}/wechat-pay",
        "WECHAT_PAY_APP_ID": WECHAT_APP,
        "WECHAT_PAY_MERCHANT_ID": WECHAT_MERCHANT,
        "WECHAT_PAY_KEY_SERIAL": keys["wechat-pay.serial"],
        "WECHAT_PAY_API_KEY": keys["wechat-pay.api_key"],
        "WECHAT_PAY_PROVIDER_KEY_SERIAL": WECHAT_PLATFORM,
        "ALIPAY_URL": f"{url}/alipay/gateway.do",
        "ALIPAY_APP_ID": ALIPAY_APP,
        "UNIONPAY_URL": f"{url}/unionpay",
        "UNIONPAY_FILE_URL": f"{url}/unionpay/files",
        "UNIONPAY_MERCHANT_ID": UNIONPAY_MERCHANT,
        "UNIONPAY_KEY_SERIAL": UNIONPAY_SERIAL,
        "BANK_URL": f"{url}/bank",
        "BANK_KEY_ID": BANK_OURS,
        "BANK_PROVIDER_KEY_ID": BANK_THEIRS,
    }
    for name in NAMES:
        prefix = name.replace("-", "_").upper()
        own |= {f"{prefix}_PRIVATE_KEY": keys[f"{name}.ours"], f"{prefix}_PROVIDER_KEY": keys[f"{name}.their_public"]}
    return {f"ECARD_{name}": value for name, value in own.items()}


# What a contract with each provider says; here it is made up.
WECHAT_APP, WECHAT_MERCHANT, WECHAT_PLATFORM = "wx8888888888888888", "1900000109", "PUB_KEY_ID_0119000001092026112400000000000001"
ALIPAY_APP, ALIPAY_SELLER = "2026112400000001", "2088721000000001"
UNIONPAY_MERCHANT, UNIONPAY_SERIAL = "777290058110097", "69629715588"
BANK_OURS, BANK_THEIRS = "ecard-demo", "bank-demo"


def _private(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _certificate(key: RSAPrivateKey, now: datetime) -> str:
    """UnionPay shows its key in a certificate, which it sends with all that it signs."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "simulator@unionpay")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
        .sign(key, SHA256())
    )
    return certificate.public_bytes(Encoding.PEM).decode()
