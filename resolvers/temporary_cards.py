"""Temporary cards: of patients who cannot say who they are, and bound to their real cards when it has turned out."""

from datetime import timedelta
from itertools import count as counted
from typing import Any
from uuid import UUID

from db import apps, card_bindings, cards, derived_carers, handed_out, residents, visits
from db.card_bindings import CardBinding
from db.cards import Card
from db.residents import Resident
from db.visits import Visit
from domain.documents import Document
from domain.enums import DocumentType, Sex
from domain.health_record import check_was_there
from domain.ids import Key, Random
from domain.names import read_name
from domain.national import static_text
from domain.notifications import NotificationEvent
from domain.refusals import Conflict, Forbidden, NotAcceptedHere, NotFound, VisitExpired, WrongState
from domain.scan import check_place
from domain.temporary_cards import check_age, guessed_birth_date, temporary_id, unknown_name
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.identities import seal_document
from resolvers.inputs import CARD, VISIT, read_owned_id, read_text
from resolvers.issuing import issue_temporary, number_for
from resolvers.notifications import tell
from resolvers.scans import open_visit, place_of
from resolvers.sessions import DEFAULT_LANGUAGE
from resolvers.transaction import Made, Transaction
from resolvers.visits import scanning_of, the_institution

LONGEST_REASON = 500


async def issue_temporary_card(tx: Transaction, *, sex: Sex, age: int, full_name: str | None = None, **given: Any) -> Made:
    """A card for somebody who is not known, with an open visit, as though it had been scanned. `age`: in years, as it seems;
    `given`: what a scan says of step, setting, terminal and department.

    Raises InvalidInput, NotFound (of the department), NotAcceptedHere, Forbidden.
    """
    check_age(age)
    name = None if full_name is None else read_name(full_name)
    institution = await the_institution(tx)
    scanning = await scanning_of(tx, institution, given, tx.now, offline=False)
    check_place(place_of(institution), scanning.care_step, scanning.care_setting)
    app = await apps.city(tx.connection)
    if app is None:
        raise NotAcceptedHere  # a card is issued in an app, and there is none that is everybody's
    resident_id, id = tx.new_id(), tx.new_id()
    number = await number_for(tx, resident_id, id)
    name = name or unknown_name(number)
    await residents.insert(tx.connection, _stranger(tx, resident_id, name, sex, age, number))
    later = counted()

    def national_id(_: Random) -> bytes:
        """Two of one name, sex and age come a microsecond after each other."""
        return temporary_id(name, sex, age, tx.now + timedelta(microseconds=next(later)))

    card = await issue_temporary(tx, resident_id, id, app.id, number, national_id)
    await record(tx, "temporary_card.issued", resident_id, id)
    visit = await open_visit(tx, scanning, card)
    await record(tx, "visit.opened", resident_id, visit.id, visit.care_step)
    text = static_text(bytes.fromhex(card.national_id))
    code = {"text": text, "svg": tx.tools.draw(text)}  # drawn at once, so that the same key gives it again
    return Made({"card": Key(id, resident_id), "visit": Key(visit.id, resident_id), "code": code})


async def bind_temporary_card(tx: Transaction, *, card_id: str, visit_id: str, reason: str) -> Made:
    """From now on the temporary card is the real person's, who is here: its codes lead to theirs, and they read what was written
    under it. Binding it to the same person again changes nothing.

    Raises InvalidInput, NotFound, VisitExpired, Forbidden; Conflict when it is bound to somebody else; WrongState for a delegate's
    visit and for one of another temporary card.
    """
    why = read_text(reason, LONGEST_REASON, "reason")
    card, issuer = await _temporary(tx, card_id)
    visit = await _visit(tx, visit_id, issuer)
    await _lock(tx, card.resident_id, visit.resident_id)
    binding = await card_bindings.standing(tx.connection, card.resident_id)
    if binding is None:
        binding = await _bind(tx, card, visit, issuer, why)
    elif binding.bound_to != visit.resident_id:
        raise Conflict("card_id")
    made = {"card": Key(card.id, card.resident_id), "visit": Key(visit.id, visit.resident_id)}
    return Made({**made, "binding": Key(binding.id, binding.resident_id)})


async def undo_temporary_card_binding(tx: Transaction, *, card_id: str, reason: str) -> Made:
    """The temporary card is the unknown patient's again, and nobody else's. What was written meanwhile stays with whom it was
    written of; what was handed out of it ends. Undoing it again changes nothing.

    Raises InvalidInput, NotFound, Forbidden; WrongState for a card that never was bound.
    """
    why = read_text(reason, LONGEST_REASON, "reason")
    card, _ = await _temporary(tx, card_id)
    binding = await card_bindings.standing(tx.connection, card.resident_id)
    if binding is not None:
        await _lock(tx, binding.resident_id, binding.bound_to)
        if await card_bindings.undo(tx.connection, binding, tx.now, why):
            await derived_carers.release(tx.connection, binding)
            await handed_out.take_back(tx.connection, binding.resident_id, tx.now)
            for resident_id in (binding.resident_id, binding.bound_to):
                await record(tx, "temporary_card.unbound", resident_id, binding.id, why)
    id = await card_bindings.newest(tx.connection, card.resident_id)
    if id is None:
        raise WrongState("card_id")
    return Made({"card": Key(card.id, card.resident_id), "binding": Key(id, card.resident_id)})


def _stranger(tx: Transaction, resident_id: UUID, name: str, sex: Sex, age: int, number: str) -> Resident:
    """Somebody of whom no document is known; the number of the card stands in its place."""
    document = seal_document(tx, resident_id, Document(DocumentType.OTHER, number))
    return Resident(
        resident_id=resident_id,
        full_name=name,
        sex=sex,
        birth_date=guessed_birth_date(age, tx.now),
        document_type=DocumentType.OTHER,
        document_sealed=document.sealed,
        document_masked=document.masked,
        social_security_sealed=None,
        social_security_masked=None,
        phone_sealed=None,
        phone_masked=None,
        language=DEFAULT_LANGUAGE,
        created_at=tx.now,
        temporary=True,
    )


async def _temporary(tx: Transaction, card_id: str) -> tuple[Card, UUID]:
    """The temporary card, and the institution that issued it: the one that asks, or any where the operator does. Raises NotFound,
    Forbidden."""
    if tx.viewer.kind not in (ViewerKind.INSTITUTION, ViewerKind.APP):
        raise Forbidden
    resident_id, id = read_owned_id(card_id, CARD, "card_id")
    card = await cards.find(tx.connection, resident_id, id)
    issuer = None if card is None or not card.temporary else await visits.first_at(tx.connection, resident_id)
    if card is None or issuer is None or issuer != (tx.viewer.institution_id or issuer):
        raise NotFound("card_id")
    return card, issuer


async def _visit(tx: Transaction, visit_id: str, institution_id: UUID) -> Visit:
    """The open visit there of somebody who came themselves. Raises NotFound, WrongState, VisitExpired."""
    resident_id, id = read_owned_id(visit_id, VISIT, "visit_id")
    visit = await visits.find(tx.connection, resident_id, id, institution_id)
    if visit is None:
        raise NotFound("visit_id")
    check_was_there(visit.delegate_name)
    if visit.expires_at <= tx.now:
        raise VisitExpired("visit_id")
    person = await residents.find(tx.connection, resident_id)
    if person is None or person.temporary:
        raise WrongState("visit_id")
    return visit


async def _lock(tx: Transaction, *resident_ids: UUID) -> None:
    """Locks both, in the order in which everybody does: who binds, undoes, or changes who cares for one of them waits."""
    for resident_id in sorted(resident_ids):
        await residents.lock(tx.connection, resident_id)


async def _bind(tx: Transaction, card: Card, visit: Visit, institution_id: UUID, reason: str) -> CardBinding:
    binding = CardBinding(card.resident_id, tx.new_id(), card.id, visit.resident_id, institution_id, visit.id, reason, tx.now)
    await card_bindings.insert(tx.connection, binding)
    await derived_carers.derive(tx.connection, binding)
    for resident_id in (binding.resident_id, binding.bound_to):
        await record(tx, "temporary_card.bound", resident_id, binding.id, reason)
    await tell(tx, NotificationEvent.CARD_BOUND, visit.resident_id, visit.card_id, occasion=str(binding.id))
    return binding
