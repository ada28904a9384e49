"""Bills: what an institution asks for what was done, and which bills a payment app may see and pay."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from db import bills, pay_permissions, visits
from db.bills import Bill
from domain.bills import Content, Item, check_content, check_quantity, is_own_number
from domain.enums import BillKind, BillStatus, CareSetting
from domain.ids import Key
from domain.ledger import OfBill
from domain.money import fen
from domain.notifications import NotificationEvent
from domain.refusals import Conflict, Forbidden, InvalidInput, NotFound, Refusal, WrongState
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.inputs import BILL, VISIT, read_optional_text, read_owned_id, read_text
from resolvers.notifications import tell
from resolvers.people import signed_in_institution
from resolvers.scans import Shown, check_payer, look_up
from resolvers.transaction import Made, Recorded, Transaction

MOST_OPENED = 100
LONGEST_NUMBER = 64
LONGEST_CODE = 64
LONGEST_NAME = 200
LONGEST_UNIT = 20
LONGEST_REASON = 200
PERMITTED = timedelta(minutes=10)
"""How long a PAY code lets a payment app see and pay what is open."""


async def issue_bill(tx: Transaction, *, visit_id: str, number: str, items: Sequence[Mapping[str, Any]], insured: Decimal) -> Made:
    """A bill for what was done in a visit, also after it has expired. The same number with the same content is the same bill again.
    Raises Forbidden, NotFound, InvalidInput, AmountMismatch, and Conflict for a number that another bill has."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(visit_id, VISIT, "visit_id")
    visit = await visits.find(tx.connection, resident_id, id, institution_id)
    if visit is None:
        raise NotFound("visit_id")
    content = Content([_item(item, index) for index, item in enumerate(items)], fen(insured, "insured"))
    check_content(content)
    key, setting = Key(tx.new_id(), resident_id), CareSetting(visit.care_setting)
    bill = Bill(resident_id, key.id, _number(number), BillKind.VISIT, institution_id, id, None, setting, content)
    earlier = await bills.claim_number(tx.connection, institution_id, bill.number, key)
    if earlier is not None:
        if await bills.digest(tx.connection, earlier) != content.digest(resident_id):
            raise Conflict("number")
        return Made({"bill": earlier})
    await bills.issue(tx.connection, bill, tx.now, tx.random)
    await record(tx, "bill.issued", resident_id, key.id)
    await tell(tx, NotificationEvent.BILL_ISSUED, resident_id, key.id)
    return Made({"bill": key})


async def cancel_bill(tx: Transaction, *, bill_id: str, reason: str) -> Made:
    """Cancels a bill that nobody has paid or is paying; doing it again changes nothing. Raises Forbidden, NotFound, InvalidInput,
    WrongState."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(bill_id, BILL, "bill_id")
    why = read_text(reason, LONGEST_REASON, "reason")
    was = await bills.cancel(tx.connection, OfBill(resident_id, institution_id, id), why, tx.now, tx.random)
    if was is None:
        raise NotFound("bill_id")
    if was is BillStatus.UNPAID:
        await record(tx, "bill.cancelled", resident_id, id, why)
    elif was is not BillStatus.CANCELLED:
        raise WrongState("bill_id")
    return Made({"bill": Key(id, resident_id)})


async def open_bills_for_code(tx: Transaction, *, code: str) -> Made:
    """What is open for whoever shows the code, for a payment app to see and pay for a while. Raises Forbidden for who is none, and
    what `check_payer` does; a refusal of a code that leads to somebody stays in their audit."""
    app_id = tx.viewer.app_id
    if app_id is None or tx.viewer.kind is not ViewerKind.APP:
        raise Forbidden
    shown = await look_up(tx, code)
    try:
        await check_payer(tx, shown)
    except Refusal as refusal:
        raise Recorded(refusal, _refused(shown, refusal)) from None
    resident_id, expires_at = shown.card.resident_id, tx.now + PERMITTED
    permission_id = tx.new_id()
    await pay_permissions.grant(tx.connection, resident_id, permission_id, app_id, tx.now, expires_at)
    await record(tx, "bills.opened", resident_id, permission_id)
    open_bills = await bills.unpaid(tx.connection, resident_id, MOST_OPENED)
    return Made({"payer": Key(resident_id, resident_id), "expires_at": expires_at, "bills": open_bills})


def _refused(shown: Shown, refusal: Refusal) -> Callable[[Transaction], Awaitable[None]]:
    async def recording(tx: Transaction) -> None:
        await record(tx, "bills.refused", shown.card.resident_id, shown.card.id, refusal.code)

    return recording


def _number(text: str) -> str:
    number = read_text(text, LONGEST_NUMBER, "number")
    if is_own_number(number):
        raise InvalidInput("number")
    return number


def _item(given: Mapping[str, Any], index: int) -> Item:
    """Raises InvalidInput with the path to what is wrong."""
    path = ("items", str(index))
    check_quantity(given["quantity"], *path, "quantity")
    return Item(
        code=read_text(given["code"], LONGEST_CODE, *path, "code"),
        name=read_text(given["name"], LONGEST_NAME, *path, "name"),
        quantity=given["quantity"],
        unit=read_optional_text(given.get("unit"), LONGEST_UNIT, *path, "unit"),
        unit_price=fen(given["unit_price"], *path, "unit_price"),
    )
