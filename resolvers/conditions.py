"""What lasts, as institutions write it down: conditions, allergies, immunizations, the blood type."""

from datetime import date

from db import conditions
from db.conditions import Allergy, Condition, Immunization, Written
from domain.enums import AllergySeverity, BloodType, ConditionStatus
from domain.health_record import check_course, check_day
from domain.ids import Key
from domain.refusals import NotFound
from domain.times import shanghai_day
from resolvers.audit import record
from resolvers.encounters import LONGEST_CODE, LONGEST_DISPLAY, attended
from resolvers.inputs import CONDITION, read_optional_text, read_owned_id, read_text
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

LONGEST_REACTION = 500
LONGEST_DOSE = 100


async def record_condition(
    tx: Transaction,
    *,
    visit_id: str,
    code: str,
    display: str,
    status: ConditionStatus = ConditionStatus.ACTIVE,
    since: date | None = None,
    resolved_on: date | None = None,
) -> Made:
    """An illness or another finding that lasts. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    written = await _written(tx, visit_id)
    check_course(status, since, resolved_on, shanghai_day(tx.now))
    what = (read_text(code, LONGEST_CODE, "code"), read_text(display, LONGEST_DISPLAY, "display"))
    await conditions.insert_condition(tx.connection, Condition(written, *what, status, since, resolved_on))
    return await _made(tx, "condition", written)


async def resolve_condition(tx: Transaction, *, condition_id: str, resolved_on: date | None = None) -> Made:
    """A condition that the institution wrote down is over, today where no day is given; saying so again changes nothing. Raises
    Forbidden, NotFound, InvalidInput."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(condition_id, CONDITION, "condition_id")
    course = await conditions.course(tx.connection, resident_id, id, institution_id)
    if course is None:
        raise NotFound("condition_id")
    today = shanghai_day(tx.now)
    day = resolved_on or today
    check_course(ConditionStatus.RESOLVED, course[1], day, today)
    if await conditions.resolve(tx.connection, resident_id, id, institution_id, day):
        await record(tx, "condition.resolved", resident_id, id)
    return Made({"condition": Key(id, resident_id)})


async def record_allergy(
    tx: Transaction,
    *,
    visit_id: str,
    substance: str,
    severity: AllergySeverity,
    code: str | None = None,
    reaction: str | None = None,
) -> Made:
    """What the resident must not be given. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    written = await _written(tx, visit_id)
    what = (read_optional_text(code, LONGEST_CODE, "code"), read_text(substance, LONGEST_DISPLAY, "substance"))
    how = (read_optional_text(reaction, LONGEST_REACTION, "reaction"), severity)
    await conditions.insert_allergy(tx.connection, Allergy(written, *what, *how))
    return await _made(tx, "allergy", written)


async def record_immunization(
    tx: Transaction,
    *,
    visit_id: str,
    vaccine: str,
    given_on: date,
    code: str | None = None,
    dose: str | None = None,
    lot_number: str | None = None,
) -> Made:
    """A vaccine was given, in this visit or as the patient's papers show. Raises Forbidden, NotFound, InvalidInput, WrongState."""
    written = await _written(tx, visit_id)
    check_day(given_on, shanghai_day(tx.now), "given_on")
    what = (read_optional_text(code, LONGEST_CODE, "code"), read_text(vaccine, LONGEST_DISPLAY, "vaccine"))
    of_what = (read_optional_text(dose, LONGEST_DOSE, "dose"), read_optional_text(lot_number, LONGEST_CODE, "lot_number"))
    await conditions.insert_immunization(tx.connection, Immunization(written, *what, *of_what, given_on))
    return await _made(tx, "immunization", written)


async def record_blood_type(tx: Transaction, *, visit_id: str, blood_type: BloodType) -> Made:
    """The blood type as it was determined last, in the place of an earlier one. Raises Forbidden, NotFound, WrongState."""
    written = await _written(tx, visit_id)
    resident_id = written.resident_id
    if await conditions.put_blood_type(tx.connection, written, blood_type):
        await record(tx, "blood_type.recorded", resident_id, written.visit_id, blood_type)
    return Made({"summary": Key(resident_id, resident_id)})


async def _written(tx: Transaction, visit_id: str) -> Written:
    visit = await attended(tx, visit_id)
    return Written(visit.resident_id, tx.new_id(), visit.institution_id, visit.id, tx.now)


async def _made(tx: Transaction, noun: str, written: Written) -> Made:
    await record(tx, f"{noun}.recorded", written.resident_id, written.id)
    return Made({noun: Key(written.id, written.resident_id)})
