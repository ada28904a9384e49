"""The demo city, loaded into a transaction that is rolled back."""

import os
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.connection import Connection
from db.pool import Pool
from domain.documents import read_document
from domain.enums import DocumentType
from ecard.demo.city import City, CityFiles, load_city
from ecard.demo.city_data import APPS, HOSPITALS
from ecard.demo.founding import CityError
from ecard.settings import Settings
from ecard.tools import resolver_tools
from outside.identity_file import FileRegistry
from resolvers.tools import Tools

NOW = datetime.now(UTC)


@pytest.fixture
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    async with pool.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()


@pytest.fixture
def tools(settings: Settings) -> Tools:
    return resolver_tools(settings, lambda: NOW)


@pytest.fixture
def files(tmp_path: Path) -> CityFiles:
    return CityFiles(tmp_path / "registry.json", tmp_path / "city.json")


async def load(connection: Connection, tools: Tools, files: CityFiles) -> City:
    return await load_city(connection, tools, files, NOW, os.urandom, lambda detail: None)


async def test_city_is_what_the_contract_says(connection: Connection, tools: Tools, files: CityFiles) -> None:
    ready = (await load(connection, tools, files)).ready()
    assert set(ready["clients"]) == {hospital.code for hospital in HOSPITALS} | {app.key for app in APPS}
    assert len(ready["residents"]) >= 20
    assert len(ready["applicants"]) >= 20
    newborns = [one for one in ready["applicants"] if one["documentType"] == DocumentType.BIRTH_CERTIFICATE]
    guardians = {one["guardian"] for one in newborns}
    assert {one["phone"] for one in newborns} == {None}
    assert len(guardians) == len(newborns)
    assert guardians <= {one["documentNumber"] for one in ready["residents"]}
    assert ready["simulators"] == {}
    assert stat.S_IMODE(files.city.stat().st_mode) == 0o600


async def test_second_load_changes_nothing(connection: Connection, tools: Tools, files: CityFiles) -> None:
    first = await load(connection, tools, files)
    counts = await connection.fetchrow("select (select count(*) from resident), (select count(*) from client)")
    assert await load(connection, tools, files) == first
    assert await connection.fetchrow("select (select count(*) from resident), (select count(*) from client)") == counts


async def test_city_without_its_file_is_not_loaded_over(connection: Connection, tools: Tools, files: CityFiles) -> None:
    await load(connection, tools, files)
    with pytest.raises(CityError, match="PKUSZH"):
        await load(connection, tools, replace(files, city=files.city.with_name("other.json")))


async def test_registry_confirms_everybody(connection: Connection, tools: Tools, files: CityFiles) -> None:
    city = await load(connection, tools, files)
    registry = FileRegistry(files.registry)
    for one in city.kept["applicants"]:
        document = read_document(DocumentType(one["documentType"]), one["documentNumber"], NOW.date())
        confirmed = await registry.confirm(one["name"], document, one["phone"])
        assert confirmed is not None
        assert bool(confirmed.guardians) == (one["guardian"] is not None)


async def test_registry_knows_a_newborn_by_the_number_that_comes_later(
    connection: Connection, tools: Tools, files: CityFiles
) -> None:
    city = await load(connection, tools, files)
    registry = FileRegistry(files.registry)
    newborns = [one for one in city.kept["applicants"] if one["documentType"] == DocumentType.BIRTH_CERTIFICATE]
    for one in newborns:
        certificate = read_document(DocumentType.BIRTH_CERTIFICATE, one["documentNumber"], NOW.date())
        later = read_document(DocumentType.RESIDENT_ID, one["laterDocumentNumber"], NOW.date())
        assert await registry.confirm(one["name"], later, None) == await registry.confirm(one["name"], certificate, None)


async def test_residents_have_a_past(connection: Connection, tools: Tools, files: CityFiles) -> None:
    before = NOW.replace(microsecond=0)
    await load(connection, tools, files)
    counts = await connection.fetchrow(
        "select count(*) filter (where status = 'ACTIVE') as cards,"
        " (select count(*) from scan where scanned_at < $1) as scans, (select count(*) from visit where expires_at < $1) as visits,"
        " (select count(*) from printed_code) as prints, (select count(*) from patient_number) as numbers from card",
        before,
    )
    assert counts["cards"] >= 20
    assert min(counts["scans"], counts["visits"], counts["prints"], counts["numbers"]) >= 5


async def test_two_carers_with_all_scopes_on_both_sides(connection: Connection, tools: Tools, files: CityFiles) -> None:
    await load(connection, tools, files)
    rows = await connection.fetch(
        "select c.relationship, cardinality(c.scopes) as scopes from carer c"
        " join family_member f on f.resident_id = c.carer_id and f.member_id = c.resident_id"
        " and f.id = c.id and f.scopes = c.scopes and f.relationship = c.relationship"
        " and f.expires_at is not distinct from c.expires_at and (c.expires_at is not null) = (c.relationship = 'CHILD')"
    )
    assert {row["relationship"] for row in rows} >= {"CHILD", "PARENT"}


async def test_first_card_s_text_leads_to_the_first_resident(connection: Connection, tools: Tools, files: CityFiles) -> None:
    city = await load(connection, tools, files)
    handle = bytes.fromhex(city.card_text.partition(":")[0])
    name = await connection.fetchval(
        "select full_name from code_handle join resident using (resident_id) where handle = $1 and kind = 'NATIONAL'", handle
    )
    assert name == city.first_resident["name"]
