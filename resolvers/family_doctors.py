"""Teams of family doctors, as their institution publishes them, matched by its own codes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from db import doctors, family_doctors, institutions
from db.family_doctors import Team
from domain.family_doctors import Package, Service, check_capacity, check_offer
from domain.ids import Key
from domain.money import fen
from domain.refusals import Conflict, NotFound
from resolvers.audit import record
from resolvers.inputs import DOCTOR, read_email, read_id, read_text
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

LONGEST_CODE = 32
LONGEST_NAME = 100


async def publish_family_doctor_team(
    tx: Transaction,
    *,
    code: str,
    name: str,
    leader_id: str,
    capacity: int,
    packages: Sequence[Mapping[str, Any]],
    **given: Any,
) -> Made:
    """The team with what it offers; a package that is left out is offered no longer. The same again changes nothing. `email` stays
    as it was when it is left out. Raises Forbidden, InvalidInput, NotFound, and Conflict when more places are taken than there
    would be."""
    institution_id = signed_in_institution(tx.viewer)
    check_capacity(capacity)
    # Two who publish at the same time wait for each other, and find what the other has added.
    await institutions.lock(tx.connection, institution_id)
    before = await family_doctors.of_code(tx.connection, institution_id, read_text(code, LONGEST_CODE, "code"))
    leader = read_id(leader_id, DOCTOR, "leader_id")
    if not await doctors.exists(tx.connection, leader, institution_id):
        raise NotFound("leader_id")
    email = read_email(given["email"], "email") if "email" in given else (before.email if before else None)
    id = before.id if before else tx.new_id()
    team = Team(id, institution_id, code.strip(), read_text(name, LONGEST_NAME, "name"), leader, capacity, email)
    known = await family_doctors.package_ids(tx.connection, id) if before else {}
    offer = sorted(_offer(tx, packages, known), key=lambda package: package.code)
    if before is None:
        await family_doctors.insert(tx.connection, team, tx.now)
    elif team != before and not await family_doctors.update(tx.connection, team):
        raise Conflict("capacity")
    is_offered = before is not None and sorted(await family_doctors.offered(tx.connection, id), key=_code) == offer
    if not is_offered:
        await family_doctors.offer(tx.connection, id, offer)
    if team != before or not is_offered:
        await record(tx, "family_doctor_team.published", institution_id, id)
    return Made({"team": Key(id)})


def _code(package: Package) -> str:
    return package.code


def _offer(tx: Transaction, packages: Sequence[Mapping[str, Any]], known: Mapping[str, UUID]) -> list[Package]:
    """Raises InvalidInput with the path to what is wrong."""
    read = [_package(tx, each, known, ("packages", str(index))) for index, each in enumerate(packages)]
    check_offer(read)
    return read


def _package(tx: Transaction, given: Mapping[str, Any], known: Mapping[str, UUID], path: tuple[str, ...]) -> Package:
    code = read_text(given["code"], LONGEST_CODE, *path, "code")
    services = tuple(
        Service(read_text(each["name"], LONGEST_NAME, *path, "services", str(place), "name"), each["promised"])
        for place, each in enumerate(given["services"])
    )
    name, fee = read_text(given["name"], LONGEST_NAME, *path, "name"), fen(given["annual_fee"], *path, "annual_fee")
    return Package(known.get(code) or tx.new_id(), code, name, fee, services)
