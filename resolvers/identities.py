"""A resident's document and numbers: sealed where they stand, claimed where they are found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from db import identities, residents
from db.residents import Resident, Sealed
from domain.documents import Document, read_document
from domain.enums import DocumentType
from domain.identities import IdentityKind, document_digest, phone_digest, social_security_digest
from domain.phones import mask_phone
from domain.refusals import Conflict, PhoneInUse, Refusal
from domain.social_security import read_social_security_number
from domain.texts import mask
from domain.times import shanghai_day
from resolvers.tools import Tools
from resolvers.transaction import Transaction


def read_input_document(document: Mapping[str, Any], now: datetime) -> Document:
    """The input object `document`. Raises InvalidDocument."""
    return read_document(DocumentType(document["type"]), document["number"], shanghai_day(now))


def read_social_security(number: str | None, holder: Document, now: datetime) -> str | None:
    """The number of who holds this document. Raises InvalidInput."""
    return None if number is None else read_social_security_number(number, holder, shanghai_day(now))


def open_document(tools: Tools, resident: Resident, now: datetime) -> Document:
    """The resident's document."""
    number = tools.sealer.open(resident.document_sealed, "resident", "document_sealed", resident.resident_id)
    return read_document(DocumentType(resident.document_type), number, shanghai_day(now))


def open_phone(tools: Tools, resident: Resident) -> str | None:
    """The resident's phone, if there is one."""
    sealed = resident.phone_sealed
    return None if sealed is None else tools.sealer.open(sealed, "resident", "phone_sealed", resident.resident_id)


def seal(tx: Transaction, resident_id: UUID, column: str, number: str, masked: str) -> Sealed:
    """A number as the resident's row stores it. `column`: of the table `resident`."""
    return Sealed(tx.tools.sealer.seal(number, "resident", column, resident_id), masked)


def seal_document(tx: Transaction, resident_id: UUID, document: Document) -> Sealed:
    """The document's number, sealed."""
    return seal(tx, resident_id, "document_sealed", document.number, document.masked)


def seal_phone(tx: Transaction, resident_id: UUID, phone: str) -> Sealed:
    """The phone, sealed."""
    return seal(tx, resident_id, "phone_sealed", phone, mask_phone(phone))


async def claim(tx: Transaction, kind: IdentityKind, digest: bytes, resident_id: UUID, refusal: Refusal) -> None:
    """Makes it the resident's. Raises the refusal when it is somebody else's."""
    if await identities.claim(tx.connection, kind, digest, resident_id) != resident_id:
        raise refusal


async def set_phone(tx: Transaction, resident: Resident, phone: str) -> None:
    """Puts the phone in the place of the one before, which then signs in nobody. Raises PhoneInUse."""
    lookup, resident_id = tx.tools.lookup, resident.resident_id
    digest = phone_digest(lookup, phone)
    await claim(tx, IdentityKind.PHONE, digest, resident_id, PhoneInUse("phone"))
    former = open_phone(tx.tools, resident)
    if former == phone:
        return
    if former is not None:
        await identities.release(tx.connection, IdentityKind.PHONE, phone_digest(lookup, former), resident_id)
    await residents.set_phone(tx.connection, resident_id, seal_phone(tx, resident_id, phone))


async def set_social_security(tx: Transaction, resident: Resident, number: str) -> None:
    """Puts the number in the place of the one before. Raises Conflict when it is somebody else's."""
    lookup, resident_id, column = tx.tools.lookup, resident.resident_id, "social_security_sealed"
    digest = social_security_digest(lookup, number)
    await claim(tx, IdentityKind.SOCIAL_SECURITY, digest, resident_id, Conflict("social_security_number"))
    if resident.social_security_sealed is not None:
        former = tx.tools.sealer.open(resident.social_security_sealed, "resident", column, resident_id)
        if former == number:
            return
        digest = social_security_digest(lookup, former)
        await identities.release(tx.connection, IdentityKind.SOCIAL_SECURITY, digest, resident_id)
    await residents.set_social_security(tx.connection, resident_id, seal(tx, resident_id, column, number, mask(number)))


async def set_document(tx: Transaction, resident: Resident, document: Document) -> None:
    """Puts the document in the place of the one before, which is kept, and still leads to the resident: who applies with an old
    passport gets the same card. Raises Conflict when it is somebody else's."""
    resident_id, sealer = resident.resident_id, tx.tools.sealer
    digest = document_digest(tx.tools.lookup, document)
    await claim(tx, IdentityKind.DOCUMENT, digest, resident_id, Conflict("document", "number"))
    former = sealer.open(resident.document_sealed, "resident", "document_sealed", resident_id)
    if (resident.document_type, former) == (document.type, document.number):
        return
    kept = Sealed(sealer.seal(former, "former_document", "document_sealed", resident_id), resident.document_masked)
    kind = DocumentType(resident.document_type)
    await residents.keep_document(tx.connection, resident_id, tx.new_id(), kind, kept, tx.now)
    await residents.set_document(tx.connection, resident_id, document.type, seal_document(tx, resident_id, document))
