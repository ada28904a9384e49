"""The health records of a large city, small: they are what the program itself would have left."""

from enum import StrEnum

import pytest

from db.connection import Connection
from db.pool import Pool
from domain.enums import (
    BloodType,
    ConditionStatus,
    ObservationFlag,
    PrescriptionStatus,
    ReportCategory,
    ReportStatus,
)
from ecard.demo.scale import load_scale

RESIDENTS = 200


@pytest.fixture(scope="module", autouse=True)
async def loaded(pool: Pool) -> None:
    """Once for all tests."""
    async with pool.connection() as connection:
        await load_scale(connection, RESIDENTS, lambda said: None)


async def _count(connection: Connection, query: str) -> int:
    count: int = await connection.fetchval(f"select count(*) from {query}")
    return count


async def test_each_resident_has_six_reports_with_eight_observations(pool: Pool) -> None:
    async with pool.connection() as connection:
        assert await _count(connection, "report") == 6 * RESIDENTS
        assert await _count(connection, "report_number") == 6 * RESIDENTS
        eight = (
            "(select from observation o join report r on r.resident_id = o.resident_id and r.id = o.report_id"
            " group by r.resident_id, r.id"
        )
        assert await _count(connection, f"{eight} having count(*) = 8) x") == 6 * RESIDENTS
        high = "observation where (flag = 'HIGH') <> (value::numeric > split_part(reference_range, '-', 2)::numeric)"
        assert await _count(connection, high) == 0
        assert await _count(connection, "observation where flag = 'HIGH'") > RESIDENTS


@pytest.mark.parametrize("table", ["report", "encounter", "prescription", "condition", "allergy", "immunization", "blood_type"])
async def test_what_is_written_was_found_in_a_visit_there(pool: Pool, table: str) -> None:
    async with pool.connection() as connection:
        assert await _count(connection, table) > RESIDENTS / 20
        strange = (
            f"{table} x where not exists (select from visit v where v.resident_id = x.resident_id and v.id = x.visit_id"
            " and v.institution_id = x.institution_id)"
        )
        assert await _count(connection, strange) == 0


@pytest.mark.parametrize(("table", "doctor"), [("report", "author_id"), ("encounter", "doctor_id"), ("prescription", "doctor_id")])
async def test_doctors_work_where_they_write(pool: Pool, table: str, doctor: str) -> None:
    async with pool.connection() as connection:
        strange = f"{table} x join doctor d on d.id = x.{doctor} where d.institution_id <> x.institution_id"
        assert await _count(connection, strange) == 0


async def test_what_was_prescribed_was_paid_and_collected(pool: Pool) -> None:
    async with pool.connection() as connection:
        items = "prescription_item where dispensed = quantity"
        assert (
            await _count(connection, items) == 3 * await _count(connection, "prescription where status = 'DISPENSED'") > RESIDENTS
        )
        handed_out = (
            "prescription_item i join dispensing d on d.resident_id = i.resident_id and d.item_id = i.id"
            " and d.quantity = i.quantity"
            " join visit v on v.resident_id = d.resident_id and v.id = d.visit_id and v.care_step = 'COLLECT_MEDICINE'"
        )
        assert await _count(connection, handed_out) == await _count(connection, "prescription_item")
        billed = (
            "prescription p join bill b on b.resident_id = p.resident_id and b.id = p.bill_id and b.status = 'PAID' and b.total ="
            " (select sum(i.quantity * i.unit_price) from prescription_item i"
            " where i.resident_id = p.resident_id and i.prescription_id = p.id)"
        )
        assert await _count(connection, billed) == await _count(connection, "prescription")


@pytest.mark.parametrize(
    ("column", "known"),
    [
        ("report.category", ReportCategory),
        ("report.status", ReportStatus),
        ("observation.flag", ObservationFlag),
        ("prescription.status", PrescriptionStatus),
        ("condition.status", ConditionStatus),
        ("blood_type.blood_type", BloodType),
    ],
)
async def test_words_are_those_of_the_schema(pool: Pool, column: str, known: type[StrEnum]) -> None:
    table, name = column.split(".")
    async with pool.connection() as connection:
        rows = await connection.fetch(f"select distinct {name} as value from {table}")
    assert {row["value"] for row in rows} <= set(known)


async def test_the_timeline_has_each_kind(pool: Pool) -> None:
    async with pool.connection() as connection:
        rows = await connection.fetch("select distinct kind from api.health_record")
    assert {row["kind"] for row in rows} >= {"ENCOUNTER", "REPORT", "CONDITION", "ALLERGY", "IMMUNIZATION"}
