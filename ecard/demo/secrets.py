"""A demo's own secrets: random for each demo, kept in its folder, refused by production."""

import json
import os
import secrets
from base64 import b64encode
from pathlib import Path

from domain.keys import KeySet, SigningKey
from ecard.keys import DEMO_ID, DEMO_MARK, SIZE

FILE = "secrets.json"


def demo_secrets(folder: Path) -> dict[str, str]:
    """The secrets of the demo in `folder`, by the names of their settings (`ECARD_…`); the first time they are made.

    The file is readable by its owner only.
    """
    file = folder / FILE
    if not file.exists():
        passing = file.with_suffix(".new")
        with open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(_new_secrets(), out)
        passing.replace(file)
    found: dict[str, str] = json.loads(file.read_text())
    return found


def _new_secrets() -> dict[str, str]:
    signing = SigningKey(DEMO_ID, SigningKey.new(secrets.token_bytes).private)
    return {
        "ECARD_SEALING_KEYS": f"{DEMO_ID}:{_key()}",
        "ECARD_LOOKUP_KEY": _key(),
        "ECARD_SIGNING_KEYS": KeySet([signing]).private_jwks(),
        "ECARD_NATIONAL_KEY": _key(),
    }


def _key() -> str:
    """A key with the demo's mark; 176 of its bits are random."""
    return b64encode(DEMO_MARK + secrets.token_bytes(SIZE - len(DEMO_MARK))).decode()
