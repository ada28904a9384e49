"""The proof that a phone is in somebody's hands: a code that was sent to it.

A try counts in a transaction of its own, before the change: else a refused change would take its tries back. The code is used up
in the change's transaction: a change that is refused for another reason leaves it for the next try.
"""

from dataclasses import dataclass
from uuid import UUID

from db import verification_codes
from domain.enums import VerificationPurpose
from domain.identities import phone_digest
from domain.refusals import VerificationCodeExpired, WrongVerificationCode
from domain.verification import SentCode, check_code, code_digest
from resolvers.transaction import Ask, Transaction


@dataclass(frozen=True, slots=True)
class PhoneProof:
    """The code that was right for this phone."""

    phone_digest: bytes
    code_id: UUID


async def try_code(ask: Ask, phone: str, purpose: VerificationPurpose, code: str) -> PhoneProof:
    """Counts the try. Raises WrongVerificationCode or VerificationCodeExpired."""
    digest = phone_digest(ask.tools.lookup, phone)
    async with ask.own() as tx:
        tried = await verification_codes.count_try(tx.connection, digest, purpose)
    if tried is None:
        raise WrongVerificationCode("verification_code")
    sent = SentCode(tried.code_digest, tried.tries, tried.expires_at, tried.is_used)
    check_code(sent, code_digest(ask.tools.lookup, digest, purpose, code), ask.now)
    return PhoneProof(digest, tried.id)


async def use_code(tx: Transaction, proof: PhoneProof) -> bool:
    """Uses the code up; False when somebody else used it since it was tried."""
    return await verification_codes.use(tx.connection, proof.phone_digest, proof.code_id, tx.now)


async def must_use_code(tx: Transaction, proof: PhoneProof) -> None:
    """Uses the code up. Raises VerificationCodeExpired when somebody else did since it was tried."""
    if not await use_code(tx, proof):
        raise VerificationCodeExpired("verification_code")
