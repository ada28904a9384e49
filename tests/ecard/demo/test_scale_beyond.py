"""Care beyond the visit in a large city, small: it is what the program itself would have left."""

from collections import Counter

import pytest

from db.connection import Connection
from db.ledger_check import rows
from db.pool import Pool
from domain.enums import AdmissionStatus, AgreementStatus
from domain.ledger_check import differences
from ecard.demo.scale import load_scale

RESIDENTS = 400


@pytest.fixture(scope="module", autouse=True)
async def loaded(pool: Pool) -> None:
    """Once for all tests."""
    async with pool.connection() as connection:
        await load_scale(connection, RESIDENTS, lambda said: None)


async def _count(connection: Connection, query: str) -> int:
    count: int = await connection.fetchval(f"select count(*) from {query}")
    return count


async def test_one_in_three_has_a_family_doctor(pool: Pool) -> None:
    async with pool.connection() as connection:
        statuses = Counter(row["status"] for row in await connection.fetch("select status from family_doctor_agreement"))
        assert statuses[AgreementStatus.ACTIVE] == len(range(0, RESIDENTS, 3))
        assert min(statuses[AgreementStatus.EXPIRED], statuses[AgreementStatus.REQUESTED]) > 0
        standing = "family_doctor_agreement a where a.team_id = t.id and a.status in ('REQUESTED', 'ACTIVE')"
        assert await _count(connection, f"family_doctor_team t where taken <> (select count(*) from {standing})") == 0
        today = "(now() at time zone 'Asia/Shanghai')::date"
        running = f"family_doctor_agreement where status = 'ACTIVE' and {today} not between starts_on and ends_on"
        assert await _count(connection, running) == 0


async def test_services_are_counted_as_they_were_delivered(pool: Pool) -> None:
    async with pool.connection() as connection:
        delivered = "service_delivery d where d.resident_id = s.resident_id and d.term_id = s.term_id and d.name = s.name"
        assert await _count(connection, "agreement_service where delivered between 1 and promised") > RESIDENTS / 6
        assert await _count(connection, f"agreement_service s where delivered <> (select count(*) from {delivered})") == 0
        assert await _count(connection, "service_delivery where delivered_at > now()") == 0
        promised = "promised_service p join agreement_package a using (package_id)"
        lost = (
            f"agreement_service s join agreement_term t on t.resident_id = s.resident_id and t.id = s.term_id where not exists"
            f" (select from {promised} where a.resident_id = t.resident_id and a.agreement_id = t.agreement_id and p.name = s.name)"
        )
        assert await _count(connection, lost) == 0


async def test_stays_have_charges_deposits_and_a_final_bill(pool: Pool) -> None:
    async with pool.connection() as connection:
        stays = await connection.fetch(
            "select a.*, i.accepts_inpatient, (select sum(amount) from inpatient_charge c where c.resident_id = a.resident_id and"
            " c.admission_id = a.id) as charges, (select sum(self_paid) from bill b where b.resident_id = a.resident_id"
            " and b.admission_id = a.id and b.kind = 'DEPOSIT' and b.status = 'PAID') as deposits,"
            " f.total, f.deposited, f.status as bill from admission a join institution i on i.id = a.institution_id"
            " left join bill f on f.resident_id = a.resident_id and f.id = a.final_bill_id"
        )
        assert len(stays) == RESIDENTS / 20 + RESIDENTS / 100
        assert all(stay["accepts_inpatient"] and stay["charges"] == stay["charged"] for stay in stays)
        over = [stay for stay in stays if stay["status"] == AdmissionStatus.DISCHARGED]
        assert len(over) == RESIDENTS / 20
        assert all((stay["total"], stay["deposited"]) == (stay["charged"], stay["deposits"]) for stay in over)
        assert {stay["bill"] for stay in over} == {"PAID"}
        assert all(stay["final_bill_id"] is None for stay in stays if stay not in over)


async def test_the_ledger_says_the_same_of_deposits(pool: Pool) -> None:
    async with pool.connection() as connection:
        residents = [row["resident_id"] for row in await connection.fetch("select resident_id from admission")]
        assert list(differences(await rows(connection, residents))) == []


async def test_people_were_told_of_each_report_once(pool: Pool) -> None:
    async with pool.connection() as connection:
        told = "notification n join report r on r.resident_id = n.resident_id and r.id = n.subject_id"
        assert await _count(connection, told) == await _count(connection, "report") == 6 * RESIDENTS
        keys = "notification n join notification_key k on k.resident_id = n.resident_id and k.notification_id = n.id"
        assert await _count(connection, f"{keys} where k.subject_id = n.subject_id and k.event = n.event") == 6 * RESIDENTS
        assert await _count(connection, "notification where read_at is null") in range(RESIDENTS, 2 * RESIDENTS)
        phones = await _count(connection, "resident where phone_masked is not null and created_at < '2026-01-01'")
        assert await _count(connection, "notification_delivery where state = 'SENT' and target = resident_id") == 6 * phones
