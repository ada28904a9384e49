"""Who is to be cared for: read and confirmed before the transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from db import residents
from db.residents import Resident
from domain.documents import Document
from domain.enums import CareScope, Relationship, VerificationPurpose
from domain.families import check_end, ends_at, granted, is_adult
from domain.names import read_name
from domain.phones import read_phone
from domain.refusals import Forbidden, IdentityNotVerified, InvalidInput
from domain.times import shanghai_day
from resolvers.applicants import Person, born
from resolvers.identities import open_document, read_input_document
from resolvers.limits import count
from resolvers.people import signed_in_resident
from resolvers.registry import confirm
from resolvers.transaction import Ask
from resolvers.verification import PhoneProof, try_code


@dataclass(frozen=True, slots=True)
class Member:
    """A person, who asks to care for them, and what is granted. `proof`: of the person's own phone, where they have one."""

    person: Person
    carer: Resident
    relationship: Relationship
    scopes: list[CareScope]
    expires_at: datetime | None
    proof: PhoneProof | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The input, read. `birth_date`: where it is told before the registry is asked."""

    name: str
    document: Document
    phone: str | None
    scopes: list[CareScope]
    birth_date: date | None


async def read_member(ask: Ask, given: Mapping[str, Any]) -> Member:
    """Reads who is to be added, tries the code, asks the registry, in this order: an adult agrees with a code sent to the phone
    that the registry knows as theirs, and for a child the registry names who asks as a guardian.

    Raises InvalidInput, InvalidDocument, WrongVerificationCode, VerificationCodeExpired, RateLimited, IdentityNotVerified,
    ProviderUnavailable, Forbidden.
    """
    asked, carer = _read(ask, given), await _carer(ask)
    is_child = asked.birth_date is not None and not is_adult(asked.birth_date, ask.now)
    if asked.phone is None and asked.birth_date is not None and not is_child:
        raise InvalidInput("phone")
    proof = None if asked.phone is None else await _prove(ask, asked.phone, given.get("verification_code"))
    await _count(ask, carer)
    # The registry knows few children's phones: their guardians answer for them.
    theirs = None if is_child else asked.phone
    confirmed = await confirm(ask, asked.name, asked.document, theirs)
    is_guardian = open_document(ask.tools, carer, ask.now).identity in confirmed.guardians
    # Nobody else learns anything of who is asked about, not even what the registry does not know of them.
    if theirs is None and not is_guardian:
        raise IdentityNotVerified
    sex, birth_date = born(given, asked.document, confirmed, shanghai_day(ask.now))
    is_agreed = theirs is not None if is_adult(birth_date, ask.now) else is_guardian
    if not is_agreed:
        raise IdentityNotVerified
    person = Person(asked.name, asked.document, asked.phone, None, sex, birth_date)
    ends = ends_at(given.get("expires_at"), birth_date, ask.now)
    return Member(person, carer, given["relationship"], asked.scopes, ends, proof)


def _read(ask: Ask, given: Mapping[str, Any]) -> _Asked:
    document, phone = read_input_document(given["document"], ask.now), given.get("phone")
    if given["relationship"] == Relationship.SELF:
        raise InvalidInput("relationship")  # that is what a bound temporary card makes, and nobody grants it
    check_end(given.get("expires_at"), ask.now)
    birth_date = document.birth_date or given.get("birth_date")
    if birth_date is not None and birth_date > shanghai_day(ask.now):
        raise InvalidInput("birth_date")
    return _Asked(
        read_name(given["full_name"]),
        document,
        None if phone is None else read_phone(phone),
        granted(given["scopes"]),
        birth_date,
    )


async def _carer(ask: Ask) -> Resident:
    async with ask.own() as tx:
        row = await residents.find(tx.connection, signed_in_resident(ask.viewer))
    if row is None:
        raise Forbidden
    return row


async def _prove(ask: Ask, phone: str, code: str | None) -> PhoneProof:
    if not code:
        raise InvalidInput("verification_code")
    return await try_code(ask, phone, VerificationPurpose.ADD_FAMILY_MEMBER, code)


async def _count(ask: Ask, carer: Resident) -> None:
    """Counts how often somebody has the registry asked about other people."""
    async with ask.own() as tx:
        await count(tx, ask.tools.making_limits, "people to care for", carer.resident_id.bytes)
