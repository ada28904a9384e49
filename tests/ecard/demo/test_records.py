"""What hospitals wrote into the health records of the demo city's residents."""

import pytest

from db.connection import Connection
from domain.enums import PrescriptionStatus


async def _count(connection: Connection, query: str) -> int:
    count: int = await connection.fetchval(f"select count(*) from {query}")
    return count


async def test_there_are_prescriptions_in_all_states(city: Connection) -> None:
    rows = await city.fetch("select status, count(*) from prescription group by status")
    assert {row["status"] for row in rows} == set(PrescriptionStatus)
    waiting = "prescription where status in ('ISSUED', 'READY', 'PARTLY_DISPENSED')"
    assert await _count(city, waiting) == await _count(city, f"{waiting} and expires_at > now()")
    owing = "prescription p join bill b on b.resident_id = p.resident_id and b.id = p.bill_id"
    paid = f"{owing} where p.status in ('READY', 'PARTLY_DISPENSED', 'DISPENSED') and b.status <> 'PAID'"
    assert await _count(city, paid) == 0
    released = f"{owing} where p.status in ('EXPIRED', 'CANCELLED') and b.status <> 'CANCELLED'"
    assert await _count(city, released) == 0
    handed_out = "select coalesce(sum(quantity), 0) from dispensing d where d.resident_id = i.resident_id and d.item_id = i.id"
    assert await _count(city, f"prescription_item i where dispensed <> ({handed_out})") == 0


async def test_the_same_things_were_measured_over_time_and_some_are_abnormal(city: Connection) -> None:
    for flag in ("NORMAL", "LOW", "HIGH"):
        assert await _count(city, f"observation where flag = '{flag}'") >= 3
    again = "(select from observation group by resident_id, code having count(distinct observed_at) >= 3) x"
    assert await _count(city, again) >= 20
    assert await _count(city, "report where credential is null or credential not like 'shc:/%'") == 0


@pytest.mark.parametrize("table", ["encounter", "report", "condition", "allergy", "immunization", "blood_type"])
async def test_residents_with_a_past_have_a_record(city: Connection, table: str) -> None:
    assert await _count(city, f"(select distinct resident_id from {table}) x") >= 6
    in_visit = "visit v where v.resident_id = x.resident_id and v.id = x.visit_id and v.institution_id = x.institution_id"
    assert await _count(city, f"{table} x where not exists (select from {in_visit})") == 0


async def test_records_stand_at_several_hospitals(city: Connection) -> None:
    most = "select max(c) from (select count(distinct institution_id) as c from api.health_record group by resident_id) x"
    assert await city.fetchval(most) >= 3
