"""What is to change of a resident's identity: read, and confirmed anew, before the transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db import residents
from db.residents import Resident
from domain.documents import Document
from domain.enums import CareScope, Sex, VerificationPurpose
from domain.names import read_name
from domain.phones import read_phone
from domain.refusals import Forbidden, IdentityNotVerified, InvalidInput, NotFound
from resolvers.identities import open_document, open_phone, read_input_document, read_social_security
from resolvers.people import person, signed_in_resident
from resolvers.registry import confirm
from resolvers.transaction import Ask
from resolvers.verification import PhoneProof, try_code


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is None stays as it is. `proof`: of the phone."""

    resident_id: UUID
    full_name: str | None
    document: Document | None
    social_security_number: str | None
    phone: str | None
    proof: PhoneProof | None

    def changes(self) -> list[str]:
        """The names of what changes."""
        return [name for name in ("full_name", "document", "social_security_number", "phone") if getattr(self, name)]


@dataclass(frozen=True, slots=True)
class _Known:
    """The resident as they are. `carer`: the document of who asks, when that is a carer."""

    row: Resident
    document: Document
    phone: str | None
    carer: Document | None


async def read_renewal(ask: Ask, given: Mapping[str, Any]) -> Renewal:
    """Reads what is to change, tries the phone's code, and asks the registry about a name or a document.

    Raises InvalidInput, InvalidDocument, NotFound, Forbidden, WrongVerificationCode, VerificationCodeExpired,
    IdentityNotVerified, ProviderUnavailable.
    """
    name, document, phone = given.get("full_name"), given.get("document"), given.get("phone")
    name = None if name is None else read_name(name)
    document = None if document is None else read_input_document(document, ask.now)
    phone = None if phone is None else read_phone(phone)
    known = await _known(ask, given.get("resident_id"))
    number = read_social_security(given.get("social_security_number"), document or known.document, ask.now)
    proof = None if phone is None else await _prove(ask, known, phone, given.get("verification_code"))
    if name is not None or document is not None:
        await _confirm(ask, known, name or known.row.full_name, document or known.document)
    return Renewal(known.row.resident_id, name, document, number, phone, proof)


async def _known(ask: Ask, resident_id: str | None) -> _Known:
    viewer_id = signed_in_resident(ask.viewer)
    async with ask.own() as tx:
        id = await person(tx, resident_id, CareScope.CARD)
        row = await residents.find(tx.connection, id)
        carer = None if id == viewer_id else await residents.find(tx.connection, viewer_id)
    if row is None:
        raise NotFound("resident_id")
    if row.temporary:
        # With a phone or a document of their own, whoever it was bound to by mistake would stay the patient for ever.
        raise Forbidden("resident_id")
    tools, now = ask.tools, ask.now
    guardian = None if carer is None else open_document(tools, carer, now)
    return _Known(row, open_document(tools, row, now), open_phone(tools, row), guardian)


async def _prove(ask: Ask, known: _Known, phone: str, code: str | None) -> PhoneProof:
    """A carer gives a phone to a child who has none. Another's phone is how they sign in, and a carer never takes it away."""
    if known.carer is not None and known.phone is not None:
        raise Forbidden("phone")
    if not code:
        raise InvalidInput("verification_code")
    return await try_code(ask, phone, VerificationPurpose.CHANGE_PHONE, code)


async def _confirm(ask: Ask, known: _Known, full_name: str, document: Document) -> None:
    """A name and a number alone prove nothing: somebody else's could be given. So the registry is asked with the phone that the
    resident is known to have, or else must name who asks as a guardian; and a person is born once."""
    confirmed = await confirm(ask, full_name, document, known.phone)
    is_guardian = known.carer is not None and known.carer.identity in confirmed.guardians
    if known.phone is None and not is_guardian:
        raise IdentityNotVerified
    sex, birth_date = document.sex or confirmed.sex, document.birth_date or confirmed.birth_date
    is_other_sex = sex is not None and known.row.sex not in (sex, Sex.UNKNOWN)
    if is_other_sex or (birth_date is not None and birth_date != known.row.birth_date):
        raise IdentityNotVerified
