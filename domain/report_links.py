"""Links under which anyone may read a report for a while, and the passcodes that keep others out."""

import hashlib
from datetime import datetime, timedelta
from hmac import compare_digest

from domain.refusals import InvalidInput

LONGEST = timedelta(days=90)
TRIES = 5
"""So many wrong passcodes end a link."""
SHORTEST_PASSCODE, LONGEST_PASSCODE = 4, 64
# 16 MB and some 50 ms a try.
_COST, _BLOCK, _LANES = 2**14, 8, 1


def check_expiry(expires_at: datetime, now: datetime) -> None:
    """Raises InvalidInput for a link that would have ended, or would stay too long."""
    if not now < expires_at <= now + LONGEST:
        raise InvalidInput("expires_at")


def passcode_digest(passcode: str, key: str) -> bytes:
    """What is stored of a passcode: scrypt, salted with the link's own key. Takes long, so it runs in a thread."""
    return hashlib.scrypt(passcode.encode(), salt=key.encode(), n=_COST, r=_BLOCK, p=_LANES)


def is_passcode(passcode: str, key: str, digest: bytes) -> bool:
    """Whether it is the one that the digest was made of. Takes as long, right or wrong."""
    return compare_digest(passcode_digest(passcode, key), digest)
