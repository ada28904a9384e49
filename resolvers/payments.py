"""Payments: started for bills, and cancelled. The provider hears of both afterwards, from the workers."""

from collections.abc import Sequence
from uuid import UUID

from db import payment_moves, payments, residents, updates
from db.outbox import JobKind
from db.payments import OpenBill, Payment
from domain.enums import BillStatus, CareScope, PaymentFlow, PaymentMethod, PaymentStatus
from domain.ids import Key
from domain.payments import MOST_BILLS, check_payer, check_return_url, pause_before
from domain.refusals import BillNotPayable, Forbidden, InvalidInput, NotFound, ProviderUnavailable, VisitExpired
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.inputs import BILL, PAYMENT, read_owned_id
from resolvers.people import may_act_for
from resolvers.transaction import Made, Transaction


async def start_payment(
    tx: Transaction,
    *,
    bill_ids: Sequence[str],
    method: PaymentMethod,
    flow: PaymentFlow | None = None,
    payer_reference: str | None = None,
    return_url: str | None = None,
) -> Made:
    """A payment of what the bills leave to the resident, to be made at the provider by a worker. Raises ProviderUnavailable where
    the provider is off, InvalidInput, NotFound, BillNotPayable, and what `_may_pay` does."""
    flow = flow or PaymentFlow.QR_CODE
    flows = tx.tools.payment_flows.get(method)
    if flows is None:
        raise ProviderUnavailable("method")
    if flow not in flows:
        raise InvalidInput("flow")
    payer, url = check_payer(flow, payer_reference), check_return_url(return_url)
    resident_id, ids = _read_bills(bill_ids)
    if await residents.lock(tx.connection, resident_id) is None:
        raise NotFound("bill_ids")
    bills = await payments.bills(tx.connection, resident_id, ids)
    await _may_pay(tx, resident_id, ids, bills)
    institution_id = _payable(bills)
    payment = _new(tx, resident_id, institution_id, method, flow, sum(bill.payable for bill in bills), payer, url)
    await payments.insert(tx.connection, payment, {bill.id: bill.payable for bill in bills})
    if not await payments.take_bills(tx.connection, resident_id, ids, payment.id):
        raise BillNotPayable("bill_ids")
    await _put_jobs(tx, payment)
    await updates.tell(tx.connection, updates.PAYMENT, payment.id, resident_id)
    await record(tx, "payment.started", resident_id, payment.id, method)
    return Made({"payment": Key(payment.id, resident_id)})


async def cancel_payment(tx: Transaction, *, payment_id: str) -> Made:
    """Frees the bills. Money that is already on its way still counts. Raises NotFound, Forbidden, WrongState when it has ended
    otherwise."""
    resident_id, id = read_owned_id(payment_id, PAYMENT, "payment_id")
    payment = await payments.find(tx.connection, resident_id, id)
    if payment is None:
        raise NotFound("payment_id")
    await _may_cancel(tx, payment)
    await cancel(tx, resident_id, id)
    return Made({"payment": Key(id, resident_id)})


async def cancel(tx: Transaction, resident_id: UUID, id: UUID) -> None:
    """Cancels a payment, whoever asks: that of the fee of an appointment goes with the appointment. Raises NotFound, WrongState."""
    if await payment_moves.cancel(tx.connection, tx.now, tx.random, resident_id, id):
        await record(tx, "payment.cancelled", resident_id, id)


def _read_bills(texts: Sequence[str]) -> tuple[UUID, list[UUID]]:
    """(resident, bills). Raises NotFound, and InvalidInput where they are none, too many, or of several residents."""
    if not 1 <= len(texts) <= MOST_BILLS:
        raise InvalidInput("bill_ids")
    read = [read_owned_id(text, BILL, "bill_ids") for text in texts]
    residents_of = {resident_id for resident_id, _ in read}
    if len(residents_of) > 1:
        raise InvalidInput("bill_ids")
    return residents_of.pop(), list(dict.fromkeys(id for _, id in read))


async def _may_pay(tx: Transaction, resident_id: UUID, ids: Sequence[UUID], bills: Sequence[OpenBill]) -> None:
    """Returns for the resident and who cares for them, for an app that they have shown a PAY code to, and for the institution of
    the bills where they are to pay. Raises NotFound, Forbidden (a carer without the scope), VisitExpired."""
    viewer, now = tx.viewer, tx.now
    if viewer.kind is ViewerKind.RESIDENT:
        await may_act_for(tx, resident_id, CareScope.BILLS, "bill_ids")
    elif viewer.kind is ViewerKind.APP:
        if not await payments.may_pay(tx.connection, resident_id, viewer.app_id, now):
            raise NotFound("bill_ids")
    elif viewer.kind is not ViewerKind.INSTITUTION:
        raise Forbidden
    if len(bills) != len(ids):
        raise NotFound("bill_ids")
    if viewer.kind is ViewerKind.INSTITUTION:
        if any(bill.institution_id != viewer.institution_id for bill in bills):
            raise NotFound("bill_ids")
        if not await payments.is_paying_at(tx.connection, resident_id, viewer.institution_id, now):
            raise VisitExpired("bill_ids")


def _payable(bills: Sequence[OpenBill]) -> UUID:
    """The institution that all of them are of. Raises BillNotPayable, and InvalidInput for those of several institutions: each of
    them settles for itself."""
    if any(bill.status != BillStatus.UNPAID or bill.payable == 0 for bill in bills):
        raise BillNotPayable("bill_ids")
    institutions = {bill.institution_id for bill in bills}
    if len(institutions) > 1:
        raise InvalidInput("bill_ids")
    return institutions.pop()


def _new(
    tx: Transaction,
    resident_id: UUID,
    institution_id: UUID,
    method: PaymentMethod,
    flow: PaymentFlow,
    amount: int,
    payer: str | None,
    url: str | None,
) -> Payment:
    id = tx.new_id()
    return Payment(
        resident_id=resident_id,
        id=id,
        number=id.hex,
        institution_id=institution_id,
        app_id=tx.viewer.app_id,
        client_id=tx.viewer.client_id,
        method=method,
        flow=flow,
        status=PaymentStatus.PENDING,
        amount=amount,
        payer_reference=payer,
        payer_address=tx.address if flow is PaymentFlow.BROWSER else None,
        return_url=url,
        provider_reference=None,
        started_at=tx.now,
        expires_at=tx.now + tx.tools.payment_life,
    )


async def _put_jobs(tx: Transaction, payment: Payment) -> None:
    put, now = payment_moves.put_job, tx.now
    await put(tx.connection, JobKind.CREATE_ORDER, now, tx.random, payment)
    await put(tx.connection, JobKind.QUERY_PAYMENT, now, tx.random, payment, at=now + pause_before(0))
    await put(tx.connection, JobKind.CLOSE_ORDER, now, tx.random, payment, at=payment.expires_at)


async def _may_cancel(tx: Transaction, payment: Payment) -> None:
    """Returns for the resident and who cares for them, and for the app or the institution through which it was started. Raises
    NotFound, Forbidden."""
    viewer = tx.viewer
    if viewer.kind is ViewerKind.RESIDENT:
        await may_act_for(tx, payment.resident_id, CareScope.BILLS, "payment_id")
    elif viewer.client_id is None or payment.client_id != viewer.client_id:
        raise NotFound("payment_id")
