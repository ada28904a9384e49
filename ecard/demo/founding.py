"""The city before its people: hospitals with departments, apps, and credentials for all of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from db import apps, clients, institutions
from db.apps import App
from db.institutions import Institution
from domain.ids import PublicId
from domain.scopes import OF_INSTITUTIONS
from domain.tokens import client_secret_digest, new_client_secret
from ecard.demo.city_data import APPS, DEPARTMENTS, HOSPITALS, DemoApp, Hospital
from resolvers.inputs import CLIENT
from resolvers.transaction import Transaction


class CityError(Exception):
    """The demo city cannot be loaded; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class FoundedHospital:
    """A hospital of the city. `departments`: by their codes."""

    id: UUID
    client_id: UUID
    departments: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Founded:
    """What was founded. `apps`: by the ready file's names; `credentials`: id and secret of each client, by these and by code."""

    apps: dict[str, UUID]
    hospitals: tuple[FoundedHospital, ...]
    credentials: dict[str, dict[str, str]]


async def found(tx: Transaction) -> Founded:
    """Founds it. Raises CityError when there is a city already."""
    credentials: dict[str, dict[str, str]] = {}
    hospitals = []
    for hospital in HOSPITALS:
        founded, credentials[hospital.code] = await _hospital(tx, hospital)
        hospitals.append(founded)
    opened = {}
    for app in APPS:
        opened[app.key], credentials[app.key] = await _app(tx, app)
    return Founded(opened, tuple(hospitals), credentials)


async def _hospital(tx: Transaction, hospital: Hospital) -> tuple[FoundedHospital, dict[str, str]]:
    id = tx.new_id()
    where = (hospital.code, hospital.name, hospital.district, hospital.level, hospital.address)
    row = Institution(id, *where, True, hospital.inpatients, hospital.care_steps, tx.now)
    if not await institutions.insert(tx.connection, row):
        raise CityError(f"The database has a hospital {hospital.code} that the demo's file does not know: take a new database.")
    departments = {code: tx.new_id() for code in hospital.departments.split()}
    for code, department_id in departments.items():
        await institutions.insert_department(tx.connection, department_id, id, code, DEPARTMENTS[code])
    client_id, credentials = await _client(tx, OF_INSTITUTIONS, institution_id=id)
    return FoundedHospital(id, client_id, departments), credentials


async def _app(tx: Transaction, app: DemoApp) -> tuple[UUID, dict[str, str]]:
    id = tx.new_id()
    await apps.insert(tx.connection, App(id, app.name, app.kind, app.scopes, None, tx.now))
    _, credentials = await _client(tx, app.scopes, app_id=id)
    return id, credentials


async def _client(
    tx: Transaction, scopes: Collection[str], *, app_id: UUID | None = None, institution_id: UUID | None = None
) -> tuple[UUID, dict[str, str]]:
    """A new client's id, and its credentials."""
    id, secret = tx.new_id(), new_client_secret(tx.random)
    await clients.insert(tx.connection, id, scopes, tx.now, app_id=app_id, institution_id=institution_id)
    await clients.insert_secret(tx.connection, id, tx.new_id(), client_secret_digest(secret), tx.now)
    return id, {"id": PublicId(CLIENT, id).encode(), "secret": secret}
