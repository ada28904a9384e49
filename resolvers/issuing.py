"""Making a card, and a printed code of it: their rows, what leads to them, and the files that a worker draws."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from db import cards, codes, printed_codes
from db.cards import Card
from db.codes import Handle, HandleKind
from db.files import FileKind
from db.printed_codes import PrintedCode
from domain.cards import new_handle, new_national_id, new_number
from domain.enums import CardStatus, CodeForm, ImageFormat
from domain.ids import Random, new_id
from resolvers.audit import record
from resolvers.files import ask_for
from resolvers.transaction import Transaction

_NUMBER_BYTES = 8


def next_card_id(tx: Transaction, before: Card | None) -> UUID:
    """The id of the resident's next card. The newest id is the card that counts, so it comes after the one before, whatever the
    clocks of two processes say."""
    return new_id(tx.now if before is None else max(tx.now, before.issued_at + timedelta(milliseconds=1)), tx.random)


async def issue(tx: Transaction, resident_id: UUID, id: UUID, app_id: UUID) -> Card:
    """A new card, active, with its images asked for. The resident must have none that can still be used."""
    card = await _insert(tx, resident_id, id, app_id, await number_for(tx, resident_id, id), new_national_id, temporary=False)
    for format in ImageFormat:
        await ask_for(tx, resident_id, FileKind.CARD_IMAGE, id, format)
    return card


async def issue_temporary(
    tx: Transaction, resident_id: UUID, id: UUID, app_id: UUID, number: str, make: Callable[[Random], bytes]
) -> Card:
    """The card of a patient who is not known yet. `number`: as `number_for` gave it; `make`: another national id at each call."""
    return await _insert(tx, resident_id, id, app_id, number, make, temporary=True)


async def number_for(tx: Transaction, resident_id: UUID, id: UUID) -> str:
    """The number of a card that is to be issued."""
    return str(int.from_bytes(await _lead(tx, HandleKind.NUMBER, resident_id, id, None, _new_number)))


async def _insert(
    tx: Transaction,
    resident_id: UUID,
    id: UUID,
    app_id: UUID,
    number: str,
    make_national: Callable[[Random], bytes],
    *,
    temporary: bool,
) -> Card:
    handle = await _lead(tx, HandleKind.CARD, resident_id, id, None, new_handle)
    national = await _lead(tx, HandleKind.NATIONAL, resident_id, id, None, make_national)
    card = Card(
        resident_id=resident_id,
        id=id,
        number=number,
        handle=handle,
        national_id=national.hex().upper(),
        status=CardStatus.ACTIVE,
        app_id=app_id,
        issued_at=tx.now,
        status_changed_at=tx.now,
        temporary=temporary,
    )
    await cards.insert(tx.connection, card)
    return card


async def card_of(tx: Transaction, resident_id: UUID, app_id: UUID) -> Card:
    """The card that the resident has, whatever its state, until it is closed; then a new one. `app_id`: in which it is issued."""
    card = await cards.newest(tx.connection, resident_id)
    if card is None or card.status == CardStatus.CLOSED:
        card = await issue(tx, resident_id, next_card_id(tx, card), app_id)
        await record(tx, "card.issued", resident_id, card.id)
    return card


async def print_of(tx: Transaction, card: Card, form: CodeForm, label: str | None) -> UUID:
    """A new printed code of the card, with its page asked for."""
    id = tx.new_id()
    make = new_national_id if form is CodeForm.NATIONAL else new_handle
    handle = await _lead(tx, HandleKind.PRINTED, card.resident_id, card.id, id, make)
    await printed_codes.insert(tx.connection, PrintedCode(card.resident_id, id, card.id, handle, form, label, tx.now))
    await ask_for(tx, card.resident_id, FileKind.PRINTED_CODE, id, "PDF")
    return id


def _new_number(random: Random) -> bytes:
    return int(new_number(random)).to_bytes(_NUMBER_BYTES)


async def _lead(
    tx: Transaction,
    kind: HandleKind,
    resident_id: UUID,
    card_id: UUID,
    printed_code_id: UUID | None,
    make: Callable[[Random], bytes],
) -> bytes:
    """A new handle that leads there. Numbers are few enough for two to be the same one day: then another is drawn."""
    leads_to = Handle(kind, resident_id, card_id, printed_code_id)
    while True:
        handle = make(tx.random)
        if await codes.add_handle(tx.connection, handle, leads_to):
            return handle
