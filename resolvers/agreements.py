"""Agreements with family doctors: asked for, decided, renewed, ended, and what was delivered in them.

Whatever changes one locks its resident first: see `db.agreements`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db import agreements, bills, family_doctors, fees, residents, visits
from db.agreements import Agreement
from db.bills import Bill
from domain.bills import Content, own_number
from domain.enums import AgreementStatus, BillKind, BillStatus, CareScope, CareSetting
from domain.family_doctors import (
    TIME_TO_DECIDE,
    Package,
    bill_content,
    must_decide,
    must_end,
    next_year,
    promised,
    released_bills,
    term_of_delivery,
    year_from,
)
from domain.ids import Key
from domain.ledger import OfBill
from domain.notifications import NotificationEvent
from domain.refunds import RequestedBy
from domain.refusals import AlreadySigned, Conflict, InvalidInput, NotFound, TeamFull, WrongState
from domain.times import shanghai_day
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.family_doctors import LONGEST_NAME
from resolvers.inputs import (
    AGREEMENT,
    FAMILY_DOCTOR_PACKAGE,
    FAMILY_DOCTOR_TEAM,
    VISIT,
    read_id,
    read_optional_text,
    read_owned_id,
    read_text,
)
from resolvers.notifications import tell
from resolvers.people import may_act_for, person, signed_in_institution
from resolvers.transaction import Made, Transaction

ENDED = "家庭医生签约已终止，签约费退还"
LONGEST_REASON = 200


async def sign_up_with_family_doctor(
    tx: Transaction, *, team_id: str, package_ids: Sequence[str], resident_id: str | None = None
) -> Made:
    """Asks the team for an agreement and takes a place in it. The same request again is the same agreement, for as long as it
    stands. Raises NotFound, Forbidden, InvalidInput, AlreadySigned, TeamFull."""
    team_key = read_id(team_id, FAMILY_DOCTOR_TEAM, "team_id")
    if not package_ids or len(set(package_ids)) < len(package_ids):
        raise InvalidInput("package_ids")
    owner = await person(tx, resident_id, CareScope.FAMILY_DOCTOR)
    await _lock(tx, owner, "resident_id")
    team = await family_doctors.find(tx.connection, team_key)
    if team is None:
        raise NotFound("team_id")
    wanted = [_package_id(text, index) for index, text in enumerate(package_ids)]
    standing = await agreements.standing(tx.connection, owner)
    if standing is not None:
        if standing.team_id != team.id or await agreements.package_ids(tx.connection, standing) != set(wanted):
            raise AlreadySigned
        return _made(standing)
    packages = await _offered(tx, team.id, wanted)
    row = Agreement(owner, tx.new_id(), team.institution_id, team.id, AgreementStatus.REQUESTED)
    asked = (packages, promised(packages), tx.new_id(), tx.now, tx.now + TIME_TO_DECIDE)
    if not await agreements.request(tx.connection, row, *asked):
        raise TeamFull("team_id")
    await record(tx, "agreement.requested", owner, row.id)
    return _made(row)


async def decide_family_doctor_agreement(tx: Transaction, *, agreement_id: str, accept: bool, reason: str | None = None) -> Made:
    """Accepts a request, for a year from today and with a bill where that costs something, or declines it. The same decision again
    changes nothing. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    institution_id = signed_in_institution(tx.viewer)
    why = read_optional_text(reason, LONGEST_REASON, "reason")
    row = await _of_institution(tx, agreement_id, institution_id)
    if not must_decide(row.state, accept):
        return _made(row)
    if accept:
        bill_id = await _bill(tx, row, bill_content(await agreements.fees(tx.connection, row)))
        year = year_from(shanghai_day(tx.now))
        is_done = await agreements.accept(tx.connection, row, year, bill_id, tx.now)
    else:
        is_done = await agreements.decline(tx.connection, row, why, tx.now)
    if not is_done:
        raise Conflict("agreement_id")
    await record(tx, f"agreement.{'accepted' if accept else 'declined'}", row.resident_id, row.id, why)
    event = NotificationEvent.AGREEMENT_ACCEPTED if accept else NotificationEvent.AGREEMENT_DECLINED
    await tell(tx, event, row.resident_id, row.id)
    return _made(row)


async def renew_family_doctor_agreement(tx: Transaction, *, agreement_id: str) -> Made:
    """Adds the year that follows, with those of its packages that are still offered, as they are now; while that year has not begun
    there is nothing more to add. Raises NotFound, Forbidden, WrongState."""
    row = await _of_person(tx, agreement_id)
    year = next_year(row.state, await agreements.terms(tx.connection, row), tx.now)
    if year is None:
        return _made(row)
    signed = await agreements.package_ids(tx.connection, row)
    packages = [each for each in await family_doctors.offered(tx.connection, row.team_id) if each.id in signed]
    if not packages:
        raise WrongState("agreement_id")
    bill_id = await _bill(tx, row, bill_content({(each.code, each.name): each.annual_fee for each in packages}))
    if not await agreements.renew(tx.connection, row, tx.new_id(), year, bill_id, packages, promised(packages), tx.now):
        raise Conflict("agreement_id")
    await record(tx, "agreement.renewed", row.resident_id, row.id)
    return _made(row)


async def end_family_doctor_agreement(tx: Transaction, *, agreement_id: str, reason: str) -> Made:
    """Ends a request or an agreement, by either side; again changes nothing. Bills of years that have not begun, and of one in
    which nothing was delivered, are given up. Raises NotFound, Forbidden, InvalidInput, WrongState."""
    why = read_text(reason, LONGEST_REASON, "reason")
    is_institution = tx.viewer.kind is ViewerKind.INSTITUTION
    if is_institution:
        row = await _of_institution(tx, agreement_id, signed_in_institution(tx.viewer))
    else:
        row = await _of_person(tx, agreement_id)
    if not must_end(row.state):
        return _made(row)
    by = RequestedBy.INSTITUTION if is_institution else RequestedBy.RESIDENT
    for bill_id in released_bills(await agreements.terms(tx.connection, row), tx.now):
        bill = OfBill(row.resident_id, row.institution_id, bill_id)
        await fees.release_bill(tx.connection, bill, ENDED, by, tx.now, tx.random)
    if not await agreements.end(tx.connection, row, AgreementStatus.ENDED, by, why, tx.now, shanghai_day(tx.now)):
        raise Conflict("agreement_id")
    await record(tx, "agreement.ended", row.resident_id, row.id, why)
    if tx.viewer.resident_id != row.resident_id:
        await tell(tx, NotificationEvent.AGREEMENT_ENDED, row.resident_id, row.id)
    return _made(row)


async def record_family_doctor_service(
    tx: Transaction, *, agreement_id: str, service: str, visit_id: str | None = None, delivered_at: datetime | None = None
) -> Made:
    """Counts a service that the team has delivered, also more often than it promised. Raises Forbidden, NotFound, WrongState, and
    InvalidInput for what was not promised, a time to come or in none of its years, and a visit of somebody else."""
    institution_id = signed_in_institution(tx.viewer)
    row = await _of_institution(tx, agreement_id, institution_id)
    visit = None if visit_id is None else await _visit(tx, row, visit_id)
    at = delivered_at or tx.now
    term = term_of_delivery(row.state, await agreements.terms(tx.connection, row), at, tx.now)
    id, name = tx.new_id(), read_text(service, LONGEST_NAME, "service")
    if not await agreements.deliver(tx.connection, row, id, term, name, at, visit, tx.now):
        raise InvalidInput("service")
    await record(tx, "agreement.served", row.resident_id, row.id)
    await tell(tx, NotificationEvent.SERVICE_DELIVERED, row.resident_id, row.id, occasion=str(id))
    return _made(row)


async def _lock(tx: Transaction, resident_id: UUID, field: str) -> None:
    if await residents.lock(tx.connection, resident_id) is None:
        raise NotFound(field)


async def _found(tx: Transaction, resident_id: UUID, id: UUID) -> Agreement:
    """The agreement as it stays until the transaction ends. Raises NotFound."""
    await _lock(tx, resident_id, "agreement_id")
    row = await agreements.find(tx.connection, resident_id, id)
    if row is None:
        raise NotFound("agreement_id")
    return row


async def _of_institution(tx: Transaction, public_id: str, institution_id: UUID) -> Agreement:
    row = await _found(tx, *read_owned_id(public_id, AGREEMENT, "agreement_id"))
    if row.institution_id != institution_id:
        raise NotFound("agreement_id")
    return row


async def _of_person(tx: Transaction, public_id: str) -> Agreement:
    resident_id, id = read_owned_id(public_id, AGREEMENT, "agreement_id")
    await may_act_for(tx, resident_id, CareScope.FAMILY_DOCTOR, "agreement_id")
    return await _found(tx, resident_id, id)


async def _offered(tx: Transaction, team_id: UUID, wanted: Sequence[UUID]) -> list[Package]:
    """The packages of these ids. Raises NotFound with the path."""
    packages = {each.id: each for each in await family_doctors.offered(tx.connection, team_id)}
    for index, id in enumerate(wanted):
        if id not in packages:
            raise NotFound("package_ids", str(index))
    return [packages[id] for id in wanted]


def _package_id(text: str, index: int) -> UUID:
    try:
        return read_id(text, FAMILY_DOCTOR_PACKAGE, "package_ids")
    except NotFound:
        raise NotFound("package_ids", str(index)) from None


async def _visit(tx: Transaction, row: Agreement, public_id: str) -> UUID:
    """A visit of the resident at the team's institution."""
    visitor_id, id = read_owned_id(public_id, VISIT, "visit_id")
    if await visits.find(tx.connection, visitor_id, id, row.institution_id) is None:
        raise NotFound("visit_id")
    if visitor_id != row.resident_id:
        raise InvalidInput("visit_id")
    return id


async def _bill(tx: Transaction, row: Agreement, content: Content) -> UUID | None:
    """The bill of a year, of which the resident is told; None where it costs nothing."""
    if not content.items:
        return None
    id = tx.new_id()
    about = (own_number(id), BillKind.FAMILY_DOCTOR, row.institution_id, None, None, CareSetting.OUTPATIENT)
    await bills.issue(tx.connection, Bill(row.resident_id, id, *about, content), tx.now, tx.random)
    if content.status is BillStatus.UNPAID:
        await tell(tx, NotificationEvent.BILL_ISSUED, row.resident_id, id)
    return id


def _made(row: Agreement) -> Made:
    return Made({"agreement": Key(row.id, row.resident_id)})
