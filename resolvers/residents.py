"""A resident's identity: the application for a card, and what of it changes later."""

from collections.abc import Mapping

from db import carers, identities, residents
from domain.enums import CareScope
from domain.identities import IdentityKind, document_digest
from domain.ids import Key
from domain.refusals import NotFound, VerificationCodeExpired
from resolvers.applicants import Applicant, enter, meet_again, read_applicant
from resolvers.audit import record
from resolvers.identities import set_document, set_phone, set_social_security
from resolvers.issuing import card_of
from resolvers.people import may_act_for
from resolvers.renewals import Renewal, read_renewal
from resolvers.sessions import app_of, start
from resolvers.transaction import Ask, Made, Transaction
from resolvers.verification import must_use_code, use_code


async def before_apply_for_card(ask: Ask, **given: object) -> Mapping[str, Applicant]:
    """Who applies, confirmed; raises what `read_applicant` does."""
    return {"applicant": await read_applicant(ask, given)}


async def apply_for_card(tx: Transaction, *, applicant: Applicant, client_id: str | None = None, **_: object) -> Made:
    """A card, and a session of its holder. Who has a card gets that one, whatever its state, until it is closed.

    Two applications of one person meet at the claim of the document: the second waits for the first, and finds its resident.
    Raises PhoneInUse, Conflict, VerificationCodeExpired, NotFound, Forbidden.
    """
    app = await app_of(tx, client_id)
    new_id = tx.new_id()
    digest = document_digest(tx.tools.lookup, applicant.person.document)
    resident_id = await identities.claim(tx.connection, IdentityKind.DOCUMENT, digest, new_id)
    is_new = resident_id == new_id
    # A twin of this application that was faster has used the code for the very same thing.
    if not await use_code(tx, applicant.proof) and is_new:
        raise VerificationCodeExpired("verification_code")
    resident = await (enter(tx, new_id, applicant.person) if is_new else meet_again(tx, resident_id, applicant))
    card = await card_of(tx, resident_id, app.id)
    tokens = await start(tx, resident_id, resident.full_name, app, None)
    return Made({"card": Key(card.id, resident_id), "session": tokens.shown()}, tokens.viewer)


async def before_update_resident(ask: Ask, **given: object) -> Mapping[str, Renewal]:
    """What is to change, confirmed; raises what `read_renewal` does."""
    return {"renewal": await read_renewal(ask, given)}


async def update_resident(tx: Transaction, *, renewal: Renewal, **_: object) -> Made:
    """Changes it; card and history stay. Raises PhoneInUse, Conflict, VerificationCodeExpired, NotFound, Forbidden."""
    id = renewal.resident_id
    await may_act_for(tx, id, CareScope.CARD, "resident_id")
    resident = await residents.lock(tx.connection, id)
    if resident is None:
        raise NotFound("resident_id")
    if renewal.full_name is not None:
        await residents.rename(tx.connection, id, renewal.full_name)
        await carers.rename(tx.connection, id, renewal.full_name)
    if renewal.document is not None:
        await set_document(tx, resident, renewal.document)
    if renewal.social_security_number is not None:
        await set_social_security(tx, resident, renewal.social_security_number)
    if renewal.phone is not None and renewal.proof is not None:
        await must_use_code(tx, renewal.proof)
        await set_phone(tx, resident, renewal.phone)
    await record(tx, "resident.updated", id, reason=", ".join(renewal.changes()))
    return Made({"resident": Key(id, id)})
