"""Breaking the glass: in an emergency the whole record is read, with a reason, and the resident is told at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db import cards, emergencies, identities, visits
from db.visits import Visit
from domain.enums import CareSetting, CareStep, TerminalKind
from domain.identities import IdentityKind, document_digest
from domain.ids import Key
from domain.notifications import NotificationEvent
from domain.refusals import Forbidden, InvalidInput, NotFound, VisitExpired
from resolvers.audit import record
from resolvers.encounters import attended
from resolvers.identities import read_input_document
from resolvers.inputs import read_text
from resolvers.notifications import tell
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

LONGEST_REASON = 500
TERMINAL = "EMERGENCY"


async def break_glass(
    tx: Transaction, *, reason: str, visit_id: str | None = None, document: Mapping[str, Any] | None = None
) -> Made:
    """The visit, or a new one of who has the document, reads everything for as long as a new visit lasts. Doing it again while it
    does changes nothing. Raises Forbidden, NotFound; InvalidInput without a reason, or unless one of the two is given;
    InvalidDocument; VisitExpired; WrongState for a delegate's visit."""
    institution_id = signed_in_institution(tx.viewer)
    why = read_text(reason, LONGEST_REASON, "reason")
    if (visit_id is None) == (document is None):
        raise InvalidInput("visit_id")
    if visit_id is not None:
        visit = await attended(tx, visit_id)
        if visit.expires_at <= tx.now:
            raise VisitExpired("visit_id")
    elif document is not None:
        resident_id = await _owner(tx, document)
        earlier = await emergencies.broken(tx.connection, resident_id, institution_id, tx.now)
        if earlier is not None:
            return Made({"visit": Key(earlier, resident_id)})
        visit = await _open(tx, resident_id, institution_id)
    if await emergencies.break_glass(tx.connection, visit, why, tx.now + tx.tools.visit_length):
        await record(tx, "visit.glass_broken", visit.resident_id, visit.id, why)
        await tell(tx, NotificationEvent.BREAK_GLASS, visit.resident_id, visit.id)
    return Made({"visit": Key(visit.id, visit.resident_id)})


async def _owner(tx: Transaction, document: Mapping[str, Any]) -> UUID:
    """Whose document it is. Raises InvalidDocument, NotFound."""
    digest = document_digest(tx.tools.lookup, read_input_document(document, tx.now))
    owner = await identities.owner(tx.connection, IdentityKind.DOCUMENT, digest)
    if owner is None:
        raise NotFound("document")
    return owner


async def _open(tx: Transaction, resident_id: UUID, institution_id: UUID) -> Visit:
    """A visit without a scan, whatever the card's status. Raises NotFound for who never had one."""
    card = await cards.newest(tx.connection, resident_id)
    if card is None:
        raise NotFound("document")
    if tx.viewer.client_id is None:
        raise Forbidden
    visit = Visit(
        resident_id=resident_id,
        id=tx.new_id(),
        card_id=card.id,
        institution_id=institution_id,
        department_id=None,
        client_id=tx.viewer.client_id,
        care_step=CareStep.DIAGNOSE,
        care_setting=CareSetting.OUTPATIENT,
        terminal_id=TERMINAL,
        terminal_kind=TerminalKind.OTHER,
        opened_at=tx.now,
        expires_at=tx.now + tx.tools.visit_length,
    )
    await visits.insert(tx.connection, visit)
    await record(tx, "visit.opened", resident_id, visit.id, visit.care_step)
    return visit
