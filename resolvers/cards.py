"""What is done with a card: shown, printed, suspended, replaced, closed."""

from functools import cache

from db import cards, files, printed_codes
from db.cards import Card
from domain.cards import check_can_be_shown, must_move
from domain.codes import LIFE, new_claims, sign
from domain.enums import CardStatus, CareScope, CodeForm, CodePurpose
from domain.ids import Key
from domain.national import NONCE_BYTES, dynamic_text
from domain.refusals import Conflict, NotFound, WrongState
from resolvers.audit import record
from resolvers.inputs import PRINTED_CODE, read_optional_text, read_owned_id, read_text
from resolvers.issuing import issue, next_card_id, print_of
from resolvers.limits import count
from resolvers.people import may_act_for, person
from resolvers.transaction import Made, Transaction

LONGEST_LABEL = 50
LONGEST_REASON = 500

# A carer shows the codes of what the resident entrusted to them.
SCOPES = {
    CodePurpose.IDENTIFY: CareScope.CARD,
    CodePurpose.PAY: CareScope.BILLS,
    CodePurpose.COLLECT: CareScope.PRESCRIPTIONS,
    CodePurpose.RECORDS: CareScope.RECORDS,
}


async def present_card(
    tx: Transaction, *, purpose: CodePurpose, resident_id: str | None = None, form: CodeForm | None = None
) -> Made:
    """A code for one purpose and one minute. Raises CardSuspended, WrongState, NotFound, Forbidden."""
    card = await _card(tx, resident_id, SCOPES[purpose])
    check_can_be_shown(CardStatus(card.status))
    if form is CodeForm.NATIONAL:
        expires = tx.now.replace(microsecond=0) + LIFE
        nonce = tx.random(NONCE_BYTES)
        text = dynamic_text(bytes.fromhex(card.national_id), purpose, expires, nonce, tx.tools.national_key)
    else:
        claims = new_claims(card.handle, purpose, tx.now, tx.random)
        text, expires = sign(claims, tx.tools.keys.current), claims.expires
    await record(tx, "card.presented", card.resident_id, card.id, purpose)
    # Under however many aliases it is asked for, it is drawn once.
    svg = cache(lambda: tx.tools.draw(text))
    return Made({"code": {"text": text, "purpose": purpose, "expires_at": expires, "svg": svg}})


async def print_card(
    tx: Transaction, *, label: str | None = None, resident_id: str | None = None, form: CodeForm | None = None
) -> Made:
    """A printed code with a handle of its own. Raises InvalidInput, RateLimited, CardSuspended, WrongState, Conflict, NotFound,
    Forbidden."""
    label = read_optional_text(label, LONGEST_LABEL, "label")
    card = await _card(tx, resident_id, CareScope.CARD)
    check_can_be_shown(CardStatus(card.status))
    await _count(tx, card)
    # Who replaces or closes the card revokes the pages that there are: this one must be among them, or not be made.
    if not await cards.hold(tx.connection, card):
        raise Conflict
    id = await print_of(tx, card, form or CodeForm.PLATFORM, label)
    await record(tx, "card.printed", card.resident_id, id)
    return Made({"printed_code": Key(id, card.resident_id)})


async def revoke_printed_code(tx: Transaction, *, printed_code_id: str) -> Made:
    """Refuses it from now on; its page can be fetched no longer. Raises NotFound and Forbidden."""
    resident_id, id = read_owned_id(printed_code_id, PRINTED_CODE, "printed_code_id")
    await may_act_for(tx, resident_id, CareScope.CARD, "printed_code_id")
    if await printed_codes.find(tx.connection, resident_id, id) is None:
        raise NotFound("printed_code_id")
    if await printed_codes.revoke(tx.connection, resident_id, id, tx.now):
        await files.revoke(tx.connection, resident_id, [id], tx.now)
        await record(tx, "printed_code.revoked", resident_id, id)
    return Made({"printed_code": Key(id, resident_id)})


async def suspend_card(tx: Transaction, *, resident_id: str | None = None, reason: str | None = None) -> Made:
    """Refuses every code of the card until it is resumed. Raises InvalidInput, and what `_move` does."""
    why = read_optional_text(reason, LONGEST_REASON, "reason")
    return _made(await _move(tx, resident_id, CardStatus.SUSPENDED, "card.suspended", why))


async def resume_card(tx: Transaction, *, resident_id: str | None = None) -> Made:
    """Accepts the card again. Raises what `_move` does."""
    return _made(await _move(tx, resident_id, CardStatus.ACTIVE, "card.resumed", None))


async def close_card(tx: Transaction, *, reason: str, resident_id: str | None = None) -> Made:
    """Closes the card for good; its images and pages can be fetched no longer. Raises InvalidInput, and what `_move` does."""
    why = read_text(reason, LONGEST_REASON, "reason")
    card = await _move(tx, resident_id, CardStatus.CLOSED, "card.closed", why)
    await files.revoke_of_card(tx.connection, card.resident_id, card.id, tx.now)
    return _made(card)


async def replace_card(tx: Transaction, *, reason: str, resident_id: str | None = None) -> Made:
    """A new card; every code and print of the old one is refused. A temporary card has no second one. Raises InvalidInput,
    RateLimited, and what `_move` does."""
    why = read_text(reason, LONGEST_REASON, "reason")
    card = await _card(tx, resident_id, CareScope.CARD)
    if card.temporary:
        raise WrongState
    must_move(CardStatus(card.status), CardStatus.REPLACED)
    await _count(tx, card)
    id = next_card_id(tx, card)
    if not await cards.move(tx.connection, card, CardStatus.REPLACED, tx.now, why, replaced_by=id):
        raise Conflict
    await files.revoke_of_card(tx.connection, card.resident_id, card.id, tx.now)
    await record(tx, "card.replaced", card.resident_id, card.id, why)
    return _made(await issue(tx, card.resident_id, id, card.app_id))


async def _card(tx: Transaction, resident_id: str | None, scope: CareScope) -> Card:
    """The card of who asks, or of whom they care for. Raises NotFound and Forbidden."""
    card = await cards.newest(tx.connection, await person(tx, resident_id, scope))
    if card is None:
        raise NotFound("resident_id")
    return card


async def _count(tx: Transaction, card: Card) -> None:
    """Counts what makes files. Raises RateLimited."""
    await count(tx, tx.tools.making_limits, "prints and new cards", card.resident_id.bytes)


async def _move(tx: Transaction, resident_id: str | None, to: CardStatus, action: str, reason: str | None) -> Card:
    """Moves the card, unless it is there already. Raises WrongState, Conflict, NotFound, Forbidden."""
    card = await _card(tx, resident_id, CareScope.CARD)
    if must_move(CardStatus(card.status), to):
        if not await cards.move(tx.connection, card, to, tx.now, reason):
            raise Conflict
        await record(tx, action, card.resident_id, card.id, reason)
    return card


def _made(card: Card) -> Made:
    return Made({"card": Key(card.id, card.resident_id)})
