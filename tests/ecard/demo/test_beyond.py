"""What the demo city's residents have beyond the visit: family doctors, and stays in hospital."""

from db.connection import Connection
from db.ledger_check import rows
from domain.ledger_check import differences
from ecard.demo.beyond_data import PASTS, PREFERENCES, STAYS, TEAMS


async def _count(connection: Connection, query: str) -> int:
    count: int = await connection.fetchval(f"select count(*) from {query}")
    return count


async def test_teams_have_free_places_and_packages(city: Connection) -> None:
    assert await _count(city, "family_doctor_team where capacity > taken") == len(TEAMS)
    packages = "family_doctor_package p where exists (select from promised_service s where s.package_id = p.id)"
    assert await _count(city, packages) == 2 * len(TEAMS)
    standing = "family_doctor_agreement a where a.team_id = t.id and a.status in ('REQUESTED', 'ACTIVE')"
    assert await _count(city, f"family_doctor_team t where taken <> (select count(*) from {standing})") == 0


async def test_agreements_have_a_past(city: Connection) -> None:
    statuses = [row["status"] for row in await city.fetch("select status from family_doctor_agreement")]
    assert sorted(statuses) == sorted(past.status for past in PASTS.values())
    delivered = sum(len(past.delivered) for past in PASTS.values())
    assert await city.fetchval("select sum(delivered) from agreement_service") == delivered
    assert await _count(city, "service_delivery where delivered_at > now()") == 0
    paid = "family_doctor_agreement a join bill b on b.resident_id = a.resident_id and b.id = a.bill_id where b.status = 'PAID'"
    assert await _count(city, paid) > 0
    assert await _count(city, "(select from agreement_term group by resident_id, agreement_id having count(*) = 2) x") == 1


async def test_people_are_in_hospital_and_one_has_gone_home(city: Connection) -> None:
    stays = await city.fetch("select * from admission")
    assert len(stays) == len(STAYS)
    assert sum(stay["status"] == "ADMITTED" for stay in stays) == sum(told.insured is None for told in STAYS.values())
    charged = "select sum(amount) from inpatient_charge c where c.resident_id = a.resident_id and c.admission_id = a.id"
    assert await _count(city, f"admission a where charged = 0 or charged <> ({charged})") == 0
    deposits = "bill b where b.kind = 'DEPOSIT'"
    assert await _count(city, deposits) == await _count(city, f"{deposits} and b.status = 'PAID'") == 5
    final = await city.fetchrow(
        "select b.* from bill b join admission a on a.resident_id = b.resident_id and a.final_bill_id = b.id"
    )
    assert (final["status"], final["deposited"]) == ("PAID", final["self_paid"])
    assert final["insured"] > 0
    # It is with the provider that knows nothing of it.
    assert await _count(city, "refund where status = 'PENDING'") == 0


async def test_people_find_in_their_lists_what_happened(city: Connection) -> None:
    reports = "report r where exists (select from notification n where n.about_id = r.resident_id and n.subject_id = r.id)"
    assert await _count(city, reports) == await _count(city, "report")
    for_carers = "notification n join carer c on c.resident_id = n.about_id and c.carer_id = n.resident_id"
    assert await _count(city, for_carers) > 0
    assert await _count(city, "notification n where n.resident_id <> n.about_id") == await _count(city, for_carers)
    for state in ("null", "not null"):
        assert await _count(city, f"notification where read_at is {state}") >= 10
    assert await _count(city, "notification where read_at <= created_at or created_at > now()") == 0


async def test_some_want_to_be_told_in_another_way(city: Connection) -> None:
    assert await _count(city, "notification_preference") == len(PREFERENCES)
    assert await _count(city, "notification_preference where quiet_from is null") == 1


async def test_the_ledger_agrees(city: Connection) -> None:
    residents = [row["resident_id"] for row in await city.fetch("select resident_id from resident")]
    assert list(differences(await rows(city, residents))) == []
