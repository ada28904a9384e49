"""Opening the platform to institutions: the operator's part."""

from collections.abc import Sequence

from db import clients, institutions
from db.institutions import Institution
from domain.enums import CareStep
from domain.ids import Key
from domain.refusals import Conflict, InvalidInput, NotFound
from domain.scopes import OF_INSTITUTIONS
from domain.tokens import client_secret_digest, new_client_secret
from resolvers.audit import record
from resolvers.inputs import INSTITUTION, read_email, read_id, read_text
from resolvers.transaction import Made, Transaction

LONGEST_CODE = 32
LONGEST_TEXT = 200


async def register_institution(
    tx: Transaction,
    *,
    code: str,
    name: str,
    district: str,
    level: str,
    address: str,
    accepts_outpatient: bool,
    accepts_inpatient: bool,
    care_steps: Sequence[CareStep],
    email: str | None = None,
) -> Made:
    """The institution and its credentials, whose secret is shown this once. Raises InvalidInput, and Conflict for a code that is
    taken."""
    row = Institution(
        id=tx.new_id(),
        code=read_text(code, LONGEST_CODE, "code"),
        name=read_text(name, LONGEST_TEXT, "name"),
        district=read_text(district, LONGEST_TEXT, "district"),
        level=read_text(level, LONGEST_TEXT, "level"),
        address=read_text(address, LONGEST_TEXT, "address"),
        accepts_outpatient=accepts_outpatient,
        accepts_inpatient=accepts_inpatient,
        care_steps=_steps(care_steps),
        created_at=tx.now,
        email=read_email(email, "email"),
    )
    if not await institutions.insert(tx.connection, row):
        raise Conflict("code")
    client_id, secret = tx.new_id(), new_client_secret(tx.random)
    await clients.insert(tx.connection, client_id, OF_INSTITUTIONS, tx.now, institution_id=row.id)
    await clients.insert_secret(tx.connection, client_id, tx.new_id(), client_secret_digest(secret), tx.now)
    await record(tx, "institution.registered", row.id, client_id)
    return Made({"institution": Key(row.id), "client": Key(client_id), "secret": secret})


async def update_institution(
    tx: Transaction,
    *,
    institution_id: str,
    accepts_outpatient: bool | None = None,
    accepts_inpatient: bool | None = None,
    care_steps: Sequence[CareStep] | None = None,
    email: str | None = None,
) -> Made:
    """Changes what is given; an empty `email` takes the address away. Raises InvalidInput and NotFound."""
    id = read_id(institution_id, INSTITUTION, "institution_id")
    steps = None if care_steps is None else _steps(care_steps)
    address = None if email is None else read_email(email, "email") or ""
    if not await institutions.update(tx.connection, id, accepts_outpatient, accepts_inpatient, steps, address):
        raise NotFound("institution_id")
    await record(tx, "institution.updated", id)
    return Made({"institution": Key(id)})


def _steps(given: Sequence[CareStep]) -> list[CareStep]:
    """Each step once, in the order given. Raises InvalidInput for none: an institution that accepts no card says so by
    `accepts_outpatient` and `accepts_inpatient`."""
    if not given:
        raise InvalidInput("care_steps")
    return list(dict.fromkeys(given))
