"""Who applies for a card: read and confirmed before the transaction, entered in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from db import residents
from db.residents import Resident
from domain.documents import Document
from domain.enums import Sex, VerificationPurpose
from domain.identities import IdentityKind, phone_digest, social_security_digest
from domain.names import read_name
from domain.phones import read_phone
from domain.refusals import Conflict, InvalidInput, NotFound, PhoneInUse
from domain.texts import mask
from domain.times import shanghai_day
from outside.identity import Confirmation
from resolvers.identities import (
    claim,
    open_phone,
    read_input_document,
    read_social_security,
    seal,
    seal_document,
    seal_phone,
    set_phone,
    set_social_security,
)
from resolvers.registry import confirm
from resolvers.sessions import DEFAULT_LANGUAGE, end_all
from resolvers.transaction import Ask, Transaction
from resolvers.verification import PhoneProof, try_code


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the registry has confirmed, in the written forms."""

    full_name: str
    document: Document
    phone: str | None
    social_security_number: str | None
    sex: Sex
    birth_date: date


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, and the proof that the phone is in their hands."""

    person: Person
    phone: str
    proof: PhoneProof


async def read_applicant(ask: Ask, given: Mapping[str, Any]) -> Applicant:
    """Reads the application, tries the code, asks the registry, in this order: who has not the phone asks no registry.

    Raises InvalidInput, InvalidDocument, WrongVerificationCode, VerificationCodeExpired, IdentityNotVerified,
    ProviderUnavailable.
    """
    name, phone = read_name(given["full_name"]), read_phone(given["phone"])
    document = read_input_document(given["document"], ask.now)
    number = read_social_security(given.get("social_security_number"), document, ask.now)
    proof = await try_code(ask, phone, VerificationPurpose.SIGN_IN, given["verification_code"])
    confirmed = await confirm(ask, name, document, phone)
    sex, birth_date = born(given, document, confirmed, shanghai_day(ask.now))
    return Applicant(Person(name, document, phone, number, sex, birth_date), phone, proof)


def born(given: Mapping[str, Any], document: Document, confirmed: Confirmation, today: date) -> tuple[Sex, date]:
    """Sex and birth date. What the document says goes first, what the registry says next: the applicant is asked for what neither
    tells. Raises InvalidInput."""
    sex = document.sex or confirmed.sex or given.get("sex")
    if sex is None:
        raise InvalidInput("sex")
    birth_date = document.birth_date or confirmed.birth_date or given.get("birth_date")
    if birth_date is None or birth_date > today:
        raise InvalidInput("birth_date")
    return sex, birth_date


async def enter(tx: Transaction, id: UUID, person: Person) -> Resident:
    """Makes a resident of who was not known before; the document is claimed already. Raises PhoneInUse and Conflict."""
    lookup = tx.tools.lookup
    document, phone = seal_document(tx, id, person.document), None
    if person.phone is not None:
        await claim(tx, IdentityKind.PHONE, phone_digest(lookup, person.phone), id, PhoneInUse("phone"))
        phone = seal_phone(tx, id, person.phone)
    number, social_security = person.social_security_number, None
    if number is not None:
        digest = social_security_digest(lookup, number)
        await claim(tx, IdentityKind.SOCIAL_SECURITY, digest, id, Conflict("social_security_number"))
        social_security = seal(tx, id, "social_security_sealed", number, mask(number))
    row = Resident(
        resident_id=id,
        full_name=person.full_name,
        sex=person.sex,
        birth_date=person.birth_date,
        document_type=person.document.type,
        document_sealed=document.sealed,
        document_masked=document.masked,
        social_security_sealed=None if social_security is None else social_security.sealed,
        social_security_masked=None if social_security is None else social_security.masked,
        phone_sealed=None if phone is None else phone.sealed,
        phone_masked=None if phone is None else phone.masked,
        language=tx.language or DEFAULT_LANGUAGE,
        created_at=tx.now,
    )
    await residents.insert(tx.connection, row)
    return row


async def meet_again(tx: Transaction, id: UUID, applicant: Applicant) -> Resident:
    """A resident who is known. The registry says that the phone is theirs now, so it is what signs them in.

    Whoever signed in with another one is signed out: a parent with the phone of who was a child, or the finder of a lost one.
    Raises PhoneInUse and Conflict.
    """
    resident = await residents.lock(tx.connection, id)
    if resident is None:
        raise NotFound("document")
    former = open_phone(tx.tools, resident)
    await set_phone(tx, resident, applicant.phone)
    if former not in (None, applicant.phone):
        await end_all(tx, id, "applied with another phone")
    if applicant.person.social_security_number is not None:
        await set_social_security(tx, resident, applicant.person.social_security_number)
    return resident
