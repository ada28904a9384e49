"""A resident at an institution: a code is shown, a visit opens."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from db import institutions, patient_numbers, visits
from db.institutions import Institution
from db.scans import UploadedScan, insert_uploaded, uploaded
from db.visits import Visit
from domain.enums import CareSetting, CareStep, ScanOutcome, TerminalKind
from domain.ids import Key
from domain.offline import MOST_SCANS, check_kept, check_scanned_at
from domain.refusals import Conflict, Forbidden, InvalidInput, NotFound, Refusal
from domain.scan import outcome_of
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.check_ins import check_in_by_scan
from resolvers.inputs import VISIT, read_owned_id, read_text
from resolvers.scans import Scanning, Shown, check, look_up, open_visit, write
from resolvers.transaction import Made, Recorded, Transaction

LONGEST_TERMINAL = 64
LONGEST_NUMBER = 64
LONGEST_REFERENCE = 128


async def verify_code(tx: Transaction, *, code: str, **given: Any) -> Made:
    """The visit that the code opens, which checks in what it is for. `given`: the rest of the input. A refusal of a code that leads
    to somebody stays among the scans of their card.

    Raises InvalidCode, ExpiredCode, AlreadyUsed, Revoked, WrongPurpose, CardSuspended, NotAcceptedHere; InvalidInput, NotFound
    (of the department), Forbidden.
    """
    scanning = await scanning_of(tx, await the_institution(tx), given, tx.now, offline=False)
    shown = await look_up(tx, code)
    try:
        await check(tx, scanning, shown)
    except Refusal as refusal:
        raise Recorded(refusal, _writing(scanning, shown, outcome_of(refusal))) from None
    visit = await open_visit(tx, scanning, shown.card, shown.pickup)
    await write(tx, scanning, shown, ScanOutcome.ACCEPTED, visit)
    await record(tx, "visit.opened", visit.resident_id, visit.id, scanning.care_step)
    await check_in_by_scan(tx, visit)
    return Made({"visit": Key(visit.id, visit.resident_id)})


async def upload_offline_scans(tx: Transaction, *, scans: Sequence[Mapping[str, Any]]) -> Made:
    """What each scan comes to, judged by how things were when it was taken. A reference that was uploaded before gives what it gave
    then. Raises InvalidInput and NotFound (of a department) with nothing done, and Forbidden."""
    if len(scans) > MOST_SCANS:
        raise InvalidInput("scans")
    institution = await the_institution(tx)
    # A repeated upload waits here for the first, and finds its results.
    await institutions.lock(tx.connection, institution.id)
    read = [await _read(tx, institution, scan, index) for index, scan in enumerate(scans)]
    known = await uploaded(tx.connection, institution.id, [reference for reference, _ in read])
    for (reference, scanning), scan in zip(read, scans, strict=True):
        if reference not in known:
            known[reference] = await _upload(tx, scanning, reference, scan["code"])
    return Made({"results": [Key(known[reference]) for reference, _ in read]})


async def link_patient_number(tx: Transaction, *, visit_id: str, patient_number: str) -> Made:
    """Binds the institution's own number to the resident, in the place of an earlier one; also after the visit has expired. Raises
    InvalidInput, NotFound, Forbidden, and Conflict for a number that is another resident's."""
    institution = await the_institution(tx)
    resident_id, id = read_owned_id(visit_id, VISIT, "visit_id")
    if await visits.find(tx.connection, resident_id, id, institution.id) is None:
        raise NotFound("visit_id")
    number = read_text(patient_number, LONGEST_NUMBER, "patient_number")
    former = await patient_numbers.find(tx.connection, resident_id, institution.id)
    if not await patient_numbers.claim(tx.connection, institution.id, number, resident_id):
        raise Conflict("patient_number")
    if former != number:
        if former is not None:
            await patient_numbers.release(tx.connection, institution.id, former, resident_id)
        await patient_numbers.link(tx.connection, resident_id, tx.new_id(), institution.id, number, tx.now)
        await record(tx, "patient_number.linked", resident_id, id)
    return Made({"visit": Key(id, resident_id)})


async def the_institution(tx: Transaction) -> Institution:
    """The institution that asks. Raises Forbidden for who is none."""
    id = tx.viewer.institution_id
    found = None if id is None or tx.viewer.kind is not ViewerKind.INSTITUTION else await institutions.find(tx.connection, id)
    if found is None:
        raise Forbidden
    return found


async def scanning_of(
    tx: Transaction, institution: Institution, given: Mapping[str, Any], at: datetime, *, offline: bool
) -> Scanning:
    """What the input says of terminal, step and department. Raises InvalidInput, NotFound (of the department), Forbidden."""
    if tx.viewer.client_id is None:
        raise Forbidden
    return Scanning(
        institution=institution,
        client_id=tx.viewer.client_id,
        department_id=await _department(tx, institution, given.get("department_code")),
        care_step=CareStep(given["care_step"]),
        care_setting=CareSetting(given["care_setting"]),
        terminal_id=read_text(given["terminal"]["id"], LONGEST_TERMINAL, "terminal", "id"),
        terminal_kind=TerminalKind(given["terminal"]["kind"]),
        at=at,
        offline=offline,
    )


async def _department(tx: Transaction, institution: Institution, code: str | None) -> UUID | None:
    if code is None:
        return None
    id = await institutions.department(tx.connection, institution.id, code)
    if id is None:
        raise NotFound("department_code")
    return id


def _writing(scanning: Scanning, shown: Shown, outcome: ScanOutcome) -> Callable[[Transaction], Awaitable[None]]:
    async def recording(tx: Transaction) -> None:
        await write(tx, scanning, shown, outcome, None)

    return recording


async def _read(tx: Transaction, institution: Institution, scan: Mapping[str, Any], index: int) -> tuple[str, Scanning]:
    """The scan's reference, and what the terminal says of it. Raises InvalidInput and NotFound with the path to it."""
    try:
        reference = read_text(scan["client_reference"], LONGEST_REFERENCE, "client_reference")
        check_scanned_at(scan["scanned_at"], tx.now)
        return reference, await scanning_of(tx, institution, scan, scan["scanned_at"], offline=True)
    except (InvalidInput, NotFound) as refusal:
        raise type(refusal)("scans", str(index), *(refusal.field or ())) from None


async def _upload(tx: Transaction, scanning: Scanning, reference: str, text: str) -> UUID:
    """What one scan came to: the id of its result."""
    shown: Shown | None = None
    visit: Visit | None = None
    outcome = ScanOutcome.ACCEPTED
    try:
        shown = await look_up(tx, text, scanning.at)
        check_kept(scanning.at, tx.now)
        await check(tx, scanning, shown)
        visit = await open_visit(tx, scanning, shown.card, shown.pickup)
    except Refusal as refusal:
        outcome = outcome_of(refusal)
    if shown is not None:
        await write(tx, scanning, shown, outcome, visit)
    if visit is not None:
        await record(tx, "visit.opened", visit.resident_id, visit.id, scanning.care_step)
        await check_in_by_scan(tx, visit)
    resident_id = None if shown is None else shown.card.resident_id
    visit_id = None if visit is None else visit.id
    row = UploadedScan(tx.new_id(), scanning.institution.id, reference, outcome, resident_id, visit_id, tx.now)
    await insert_uploaded(tx.connection, row)
    return row.id
