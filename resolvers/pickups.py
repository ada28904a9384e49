"""Somebody else collects the medicine: a code for one prescription, which the pharmacy scans like any other."""

from functools import cache

from db import cards, codes, pickups
from db.codes import Handle, HandleKind
from db.pickups import NewPickup
from domain.cards import check_can_be_shown, new_handle
from domain.codes import new_claims, sign
from domain.enums import CardStatus, CareScope, CodePurpose
from domain.prescriptions import pickup_until
from domain.refusals import Conflict, NotFound
from resolvers.audit import record
from resolvers.inputs import PRESCRIPTION, read_owned_id, read_text
from resolvers.limits import count
from resolvers.people import may_act_for
from resolvers.prescriptions import lock_prescription
from resolvers.transaction import Made, Transaction

LONGEST_NAME = 100


async def delegate_pickup(tx: Transaction, *, prescription_id: str, delegate_name: str) -> Made:
    """A code that works once, at the pharmacy, until the end of tomorrow, in the place of an earlier one. Raises NotFound,
    Forbidden, InvalidInput, AlreadyDispensed, WrongState, CardSuspended, RateLimited."""
    resident_id, _ = read_owned_id(prescription_id, PRESCRIPTION, "prescription_id")
    await may_act_for(tx, resident_id, CareScope.PRESCRIPTIONS, "prescription_id")
    name = read_text(delegate_name, LONGEST_NAME, "delegate_name")
    row = await lock_prescription(tx, prescription_id)
    expires = pickup_until(row.stage, tx.now)
    card = await cards.newest(tx.connection, resident_id)
    if card is None:
        raise NotFound("prescription_id")
    check_can_be_shown(CardStatus(card.status))
    await count(tx, tx.tools.making_limits, "pickups", resident_id.bytes)
    handle = new_handle(tx.random)
    pickup = NewPickup(resident_id, tx.new_id(), row.id, handle, name, tx.now, expires)
    await pickups.insert(tx.connection, pickup)
    if not await codes.add_handle(tx.connection, handle, Handle(HandleKind.PICKUP, resident_id, card.id, None)):
        raise Conflict
    await record(tx, "pickup.delegated", resident_id, pickup.id)
    text = sign(new_claims(handle, CodePurpose.COLLECT, tx.now, tx.random, expires), tx.tools.keys.current)
    svg = cache(lambda: tx.tools.draw(text))
    return Made({"code": {"text": text, "purpose": CodePurpose.COLLECT, "expires_at": expires, "svg": svg}})
