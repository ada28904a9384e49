"""One-time codes by SMS: six digits, five minutes, five tries; and how many messages a phone and an address may cause."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from domain.enums import VerificationPurpose
from domain.ids import Random
from domain.limits import Limit
from domain.refusals import VerificationCodeExpired, WrongVerificationCode
from domain.sealing import Lookup
from domain.texts import compact

LIFE = timedelta(minutes=5)
TRIES = 5


def new_code(random: Random) -> str:
    """Six digits, each code as likely as any other."""
    return f"{int.from_bytes(random(16)) % 1_000_000:06}"


def code_digest(lookup: Lookup, phone_digest: bytes, purpose: VerificationPurpose, code: str) -> bytes:
    """What is stored of a code. A million codes are soon tried out, so the hash is keyed; phone and purpose salt it."""
    return lookup.digest("verification code", phone_digest, purpose, compact(code))


@dataclass(frozen=True, slots=True)
class SentCode:
    """The newest code of a phone and purpose. `tries`: those before this one."""

    digest: bytes
    tries: int
    expires_at: datetime
    is_used: bool


def check_code(sent: SentCode | None, digest: bytes, now: datetime) -> None:
    """Returns when the code is right. Raises WrongVerificationCode, or VerificationCodeExpired for a code that is over, used,
    or tried too often: then even the right one is refused. The caller counts the try first, in a way that outlives this."""
    if sent is None:
        raise WrongVerificationCode("verification_code")
    if sent.is_used or sent.tries >= TRIES or now >= sent.expires_at:
        raise VerificationCodeExpired("verification_code")
    if not compare_digest(sent.digest, digest):
        raise WrongVerificationCode("verification_code")


@dataclass(frozen=True, slots=True)
class SmsLimits:
    """How many messages may go to one phone, and be asked for from one network address. All of them hold."""

    per_phone: tuple[Limit, ...] = (
        Limit(timedelta(minutes=1), 2),
        Limit(timedelta(hours=1), 6),
        Limit(timedelta(days=1), 15),
    )
    per_address: tuple[Limit, ...] = (Limit(timedelta(minutes=1), 20), Limit(timedelta(days=1), 500))
