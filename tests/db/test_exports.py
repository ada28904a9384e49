"""The export against the city of the three readings, where every table has rows of several residents."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from db import exports
from domain.ids import PublicId
from ecard.embedded import EmbeddedServers
from tests.plans.reading import city

RESIDENTS = [city.number(n) for n in range(1, 9)]
# Tables of a resident's that have no section of their own, and why.
WITHOUT = {
    "access_log_all": "a part of access_log",
    "card_binding": "told by the card, and by who cares for its holder since",
    "audit": "for the operator; what the resident may know of it is in the access log",
    "device": "where messages go to; sealed",
    "family_member": "of the other person's record",
    "file": "the files themselves, this one among them",
    "former_document": "sealed, and shown to nobody",
    "ledger_entry": "follows from the bills, payments and refunds",
    "log_head": "told by the newest entry",
    "notification": "says again what the record says",
    "notification_all": "a part of notification",
    "notification_delivery": "on which ways it was told",
    "notification_key": "so that nothing is told twice",
    "notification_preference": "a setting of the app's",
    "pay_permission": "over in minutes",
    "pickup_code": "over in a day",
    "place_return": "of the places that were given up, for anyone",
    "printed_code": "what it opens is no data",
    "report_link": "told by the access log when it is opened",
    "session": "of a device",
    "visit": "told by its scan, and by what came of it",
}


@pytest.fixture(scope="module")
def url(servers: EmbeddedServers) -> str:
    return asyncio.run(city.build(servers.database_url, "exported"))


async def _exported(url: str, resident_id: UUID) -> Mapping[str, list[dict[str, Any]]]:
    connection = await city.connect(url)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in exports.SECTIONS}
    async for section, resource in exports.resources(connection, resident_id):
        found[section].append(json.loads(resource))
    await connection.close()
    return found


def _tables(statement: str) -> set[str]:
    return set(re.findall(r"(?:api|public)\.([a-z_]+) ", statement))


async def test_nothing_of_a_resident_is_forgotten(url: str) -> None:
    connection = await city.connect(url)
    rows = await connection.fetch(
        "select c.relname as name, pg_get_viewdef(v.oid) as view from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attname = 'resident_id'"
        " left join pg_class v on v.relname = c.relname and v.relkind = 'v' and v.relnamespace = 'api'::regnamespace"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and 'p' in"
        " (select contype from pg_constraint k where k.conrelid = c.oid and k.contype = 'p' and a.attnum = k.conkey[1])"
    )
    await connection.close()
    told = {name for statement in exports.SECTIONS.values() for name in _tables(statement)} | {"access_log"}
    owned = {row["name"] for row in rows}
    assert {"report", "observation", "consent", "bill_item"} <= owned
    assert owned - told - set(WITHOUT) == set()


@pytest.mark.parametrize("resident_id", RESIDENTS)
async def test_each_row_is_there_once_and_is_the_residents_own(url: str, resident_id: UUID) -> None:
    connection = await city.connect(url)
    counted = {
        "ALLERGIES": "allergy", "CARDS": "card", "CARERS": "carer", "CONDITIONS": "condition", "BLOOD_TYPE": "blood_type",
        "IMMUNIZATIONS": "immunization", "ENCOUNTERS": "encounter", "ADMISSIONS": "admission", "REPORTS": "report",
        "PRESCRIPTIONS": "prescription_item", "DISPENSINGS": "dispensing", "APPOINTMENTS": "appointment", "BILLS": "bill",
        "PAYMENTS": "payment", "REFUNDS": "refund", "CONSENTS": "consent", "SCANS": "scan", "CHARGES": "inpatient_charge",
        "WAITLIST": "waitlist_entry", "AGREEMENTS": "family_doctor_agreement", "ACCESS_LOG": "access_log", "PATIENT": "resident",
    }  # fmt: skip
    expected = {
        section: await connection.fetchval(f"select count(*) from {table} where resident_id = $1", resident_id)
        for section, table in counted.items()
    }
    expected["OBSERVATIONS"] = await connection.fetchval(
        "select count(*) from observation o join report r using (resident_id) where o.report_id = r.id and r.status <> 'WITHDRAWN'"
        " and resident_id = $1",
        resident_id,
    )
    await connection.close()
    found = await _exported(url, resident_id)
    assert {section: len(rows) for section, rows in found.items()} == expected
    for resource in (one for rows in found.values() for one in rows if "id" in one):
        id = PublicId.decode(resource["id"])
        assert id is not None
        assert resident_id in (id.resident_id, id.id)


async def test_the_city_has_something_of_everything(url: str) -> None:
    seen = {section for resident_id in RESIDENTS for section, rows in (await _exported(url, resident_id)).items() if rows}
    assert set(exports.SECTIONS) - seen <= {"ACCESS_LOG"}


async def test_what_a_withdrawn_report_said_is_not_in_it(url: str) -> None:
    reports = [one for resident_id in RESIDENTS for one in (await _exported(url, resident_id))["REPORTS"]]
    withdrawn = [one for one in reports if one["status"] == "entered-in-error"]
    assert withdrawn
    assert not any({"findings", "conclusion", "credential"} & set(one) for one in withdrawn)
    assert any("conclusion" in one for one in reports)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


@pytest.mark.parametrize("resident_id", RESIDENTS)
async def test_what_refers_to_something_refers_into_the_file(url: str, resident_id: UUID) -> None:
    found = [one for rows in (await _exported(url, resident_id)).values() for one in rows]
    there = {f"{one['resourceType']}/{one['id']}" for one in found if "id" in one}
    assert {reference for one in found for reference in _references(one)} <= there
