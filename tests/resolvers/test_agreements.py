"""Agreements with family doctors: asked for, decided, renewed, ended, served; other people's are always there."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.pool import Pool
from domain.ids import Key
from domain.refusals import AlreadySigned, Forbidden, InvalidInput, NotFound, TeamFull, WrongState
from tests.resolvers.pharmacy import paying_world
from tests.resolvers.practice import BASIC, ELDERLY, FEE, Practice, open_practice, refused
from tests.resolvers.world import World, public

TODAY = date(2026, 11, 23)  # of the world's clock, in Shanghai
LAST = date(2027, 11, 22)


@pytest.fixture
async def world(pool: Pool) -> World:
    return await paying_world(pool)


@pytest.fixture
async def practice(world: World) -> Practice:
    return await open_practice(world)


async def test_a_request_takes_a_place_and_waits(practice: Practice) -> None:
    key = await practice.ask("B", "E")
    row, now = await practice.row(key), practice.world.now
    assert (row["status"], row["requested_at"], row["decide_by"]) == ("REQUESTED", now, now + timedelta(hours=72))
    assert (row["institution_id"], row["team_id"]) == (practice.centre.institution_id, practice.team)
    assert (row["starts_on"], row["ends_on"], row["bill_id"]) == (None, None, None)
    (term,) = await practice.terms(key)
    assert await practice.services(term) == [("年度体检", 1, 0), ("上门随访", 6, 0), ("血压测量", 12, 0)]
    assert (await practice.taken(), await practice.done()) == (3, ["agreement.requested"])


async def test_the_same_request_again_is_the_same_agreement(practice: Practice) -> None:
    key = await practice.ask("B", "E")
    assert await practice.ask("E", "B") == key
    await practice.decide(key)
    assert await practice.ask("B", "E") == key
    await refused(practice.ask("E"), AlreadySigned)
    elsewhere = await open_practice(practice.world)
    await refused(elsewhere.ask("B", "E", by=practice.resident), AlreadySigned)
    assert (await practice.taken(), await elsewhere.taken()) == (3, 2)
    await practice.end(key)
    assert await practice.ask("B", "E") != key


async def test_what_is_asked_for_must_be_offered(practice: Practice) -> None:
    elsewhere = await open_practice(practice.world)
    foreign = public("b", elsewhere.packages["E"])
    await refused(practice.ask(package_ids=[]), InvalidInput, "package_ids")
    await refused(practice.ask("E", "E"), InvalidInput, "package_ids")
    await refused(practice.ask(package_ids=[public("b", practice.packages["B"]), foreign]), NotFound, "package_ids", "1")
    await refused(practice.ask(package_ids=["x"]), NotFound, "package_ids", "0")
    await refused(practice.ask(team_id="x"), NotFound, "team_id")
    await refused(practice.ask(team_id=public("t", practice.packages["B"])), NotFound, "team_id")
    await practice.publish(packages=[BASIC])
    await refused(practice.ask("E"), NotFound, "package_ids", "0")
    assert await practice.taken() == 2


async def test_a_full_team_takes_nobody_and_a_place_that_comes_back_is_taken(practice: Practice) -> None:
    await practice.publish(capacity=3)
    key, late = await practice.ask(), await practice.world.resident()
    await refused(practice.ask(by=late), TeamFull, "team_id")
    assert await practice.ask() == key  # who has a place keeps it
    await practice.decide(key, accept=False)
    assert (await practice.ask(by=late)).resident_id == late.resident_id
    assert await practice.taken() == 3


async def test_a_carer_asks_with_the_scope(practice: Practice) -> None:
    with_scope, without, stranger = [await practice.world.resident() for _ in range(3)]
    await practice.world.care_for(practice.resident, with_scope, "FAMILY_DOCTOR")
    await practice.world.care_for(practice.resident, without, "CARD", "RECORDS", "BILLS")
    for_them: dict[str, Any] = {"resident_id": public("R", practice.resident.resident_id or practice.team)}
    await refused(practice.ask(by=without, **for_them), Forbidden, "resident_id")
    await refused(practice.ask(by=stranger, **for_them), NotFound, "resident_id")
    await refused(practice.ask(by=practice.centre), Forbidden)
    key = await practice.ask(by=with_scope, **for_them)
    assert key.resident_id == practice.resident.resident_id
    for change in (practice.renew, practice.end):
        await refused(change(key, by=without), Forbidden, "agreement_id")
        await refused(change(key, by=stranger), NotFound, "agreement_id")
    await practice.decide(key)
    await practice.renew(key, by=with_scope)
    await practice.end(key, by=with_scope)
    assert (await practice.row(key))["ended_by"] == "RESIDENT"
    assert (await practice.told(key.id))[-1] == "AGREEMENT_ENDED"  # by somebody else


async def test_accepted_it_runs_from_today_and_is_billed(practice: Practice) -> None:
    key = await practice.ask("B", "E")
    practice.world.later(days=3)  # late, and still decided
    await practice.decide(key)
    row, now = await practice.row(key), practice.world.now
    assert (row["status"], row["decided_at"]) == ("ACTIVE", now)
    assert (row["starts_on"], row["ends_on"]) == (TODAY + timedelta(days=3), LAST + timedelta(days=3))
    (term,) = await practice.terms(key)
    assert (term["starts_on"], term["ends_on"], term["bill_id"]) == (row["starts_on"], row["ends_on"], row["bill_id"])
    bill = await practice.bill(row["bill_id"])
    assert (bill["kind"], bill["status"], bill["self_paid"]) == ("FAMILY_DOCTOR", "UNPAID", FEE)
    assert (bill["number"], bill["institution_id"]) == (f"F{bill['id'].hex.upper()}", practice.centre.institution_id)
    lines = await practice.world.rows("select code, name, amount from bill_item where bill_id = $1", bill["id"])
    assert [tuple(line.values()) for line in lines] == [("E", "老年人服务包", FEE)]
    assert (await practice.told(key.id), await practice.told(bill["id"])) == (["AGREEMENT_ACCEPTED"], ["BILL_ISSUED"])
    assert (await practice.taken(), await practice.done()) == (3, ["agreement.requested", "agreement.accepted"])


async def test_what_is_free_has_no_bill(practice: Practice) -> None:
    key = await practice.signed("B")
    assert ((await practice.row(key))["status"], (await practice.row(key))["bill_id"]) == ("ACTIVE", None)


async def test_what_was_asked_for_is_what_is_promised_and_billed(practice: Practice) -> None:
    key = await practice.ask("E")
    dearer = {**ELDERLY, "annual_fee": Decimal("999"), "services": [{"name": "血压测量", "promised": 1}]}
    await practice.publish(packages=[dearer])
    await practice.decide(key)
    (term,) = await practice.terms(key)
    assert await practice.services(term) == [("血压测量", 12, 0), ("上门随访", 2, 0)]
    assert (await practice.bill(term["bill_id"]))["total"] == FEE
    await practice.renew(key)
    first, second = await practice.terms(key)
    assert (await practice.services(first), await practice.services(second)) == (
        [("血压测量", 12, 0), ("上门随访", 2, 0)],
        [("血压测量", 1, 0)],
    )
    assert (await practice.bill(second["bill_id"]))["total"] == 99_900


async def test_declined_it_gives_its_place_back(practice: Practice) -> None:
    key = await practice.ask()
    await practice.decide(key, accept=False, reason=" 名额已满 ")
    row = await practice.row(key)
    assert (row["status"], row["decided_at"], row["decision_reason"]) == ("DECLINED", practice.world.now, "名额已满")
    assert (await practice.taken(), await practice.told(key.id)) == (2, ["AGREEMENT_DECLINED"])


async def test_a_decision_stands(practice: Practice) -> None:
    accepted, other = await practice.signed(), await practice.world.resident()
    declined = await practice.decide(await practice.ask(by=other), accept=False)
    before = [await practice.row(key) for key in (accepted, declined)]
    assert await practice.decide(accepted) == accepted
    assert await practice.decide(declined, accept=False, reason="anew") == declined
    await refused(practice.decide(accepted, accept=False), WrongState, "agreement_id")
    await refused(practice.decide(declined), WrongState, "agreement_id")
    assert [await practice.row(key) for key in (accepted, declined)] == before
    assert (await practice.done()).count("agreement.accepted") == 1


async def test_only_the_teams_institution_decides_and_serves(practice: Practice) -> None:
    key, elsewhere = await practice.ask(), await practice.world.institution()
    await refused(practice.decide(key, by=elsewhere), NotFound, "agreement_id")
    await refused(practice.decide(key, by=practice.resident), Forbidden)
    await practice.decide(key)
    await refused(practice.serve(key, by=elsewhere), NotFound, "agreement_id")
    await refused(practice.serve(key, by=practice.resident), Forbidden)
    await refused(practice.end(key, by=elsewhere), NotFound, "agreement_id")
    await refused(practice.renew(key, by=practice.centre), Forbidden)
    stranger = Key(key.id, elsewhere.institution_id)
    await refused(practice.decide(stranger), NotFound, "agreement_id")
    assert (await practice.row(key))["status"] == "ACTIVE"


async def test_a_renewal_follows_on_once_ahead(practice: Practice) -> None:
    key = await practice.signed("B", "E")
    practice.world.later(days=300)
    await practice.renew(key)
    row = await practice.row(key)
    assert (row["starts_on"], row["ends_on"]) == (TODAY, date(2028, 11, 22))
    first, second = await practice.terms(key)
    assert (second["starts_on"], second["ends_on"]) == (date(2027, 11, 23), date(2028, 11, 22))
    assert row["bill_id"] == second["bill_id"] != first["bill_id"]
    await practice.renew(key)
    assert (await practice.row(key), len(await practice.terms(key))) == (row, 2)
    practice.world.later(days=65)  # the second year has begun
    await practice.renew(key)
    assert len(await practice.terms(key)) == 3
    assert (await practice.taken(), (await practice.done()).count("agreement.renewed")) == (3, 2)


async def test_what_is_offered_no_longer_is_not_renewed(practice: Practice) -> None:
    key = await practice.signed("B", "E")
    await practice.publish(packages=[BASIC])
    await practice.renew(key)
    _, second = await practice.terms(key)
    assert (await practice.services(second), second["bill_id"]) == ([("年度体检", 1, 0), ("上门随访", 4, 0)], None)
    sql = "select package_id from agreement_package where resident_id = $1 and agreement_id = $2"
    rows = await practice.world.rows(sql, key.resident_id, key.id)
    assert [row["package_id"] for row in rows] == [practice.packages["B"]]
    practice.world.later(days=365)
    await practice.publish(packages=[ELDERLY])
    await refused(practice.renew(key), WrongState, "agreement_id")
    assert len(await practice.terms(key)) == 2


async def test_what_does_not_run_is_not_renewed(practice: Practice) -> None:
    key = await practice.ask()
    await refused(practice.renew(key), WrongState, "agreement_id")
    await practice.decide(key)
    practice.world.later(days=365)  # its last day was yesterday, and no worker has come by
    await refused(practice.renew(key), WrongState, "agreement_id")
    await refused(practice.serve(key, delivered_at=practice.world.now), InvalidInput, "delivered_at")


@pytest.mark.parametrize(("is_paid", "status", "refunds"), [(False, "CANCELLED", 0), (True, "PAID", 1)])
async def test_ended_before_anything_was_done_it_is_given_back(
    practice: Practice, is_paid: bool, status: str, refunds: int
) -> None:
    key = await practice.signed()
    bill_id = (await practice.row(key))["bill_id"]
    if is_paid:
        await practice.pay(bill_id)
    practice.world.later(days=9)
    await practice.end(key, reason=" 搬家 ")
    row = await practice.row(key)
    assert (row["status"], row["ended_at"], row["ended_by"], row["end_reason"]) == (
        "ENDED",
        practice.world.now,
        "RESIDENT",
        "搬家",
    )
    assert (row["starts_on"], row["ends_on"]) == (TODAY, TODAY + timedelta(days=9))
    counted = "select count(*) from refund where bill_id = $1 and amount = $2 and requested_by = 'RESIDENT'"
    assert ((await practice.bill(bill_id))["status"], await practice.world.value(counted, bill_id, FEE)) == (status, refunds)
    assert (await practice.taken(), (await practice.told(key.id))[-1]) == (2, "AGREEMENT_ACCEPTED")  # they did it themselves
    assert await practice.end(key, reason="again") == key
    assert (await practice.row(key), (await practice.done()).count("agreement.ended")) == (row, 1)


async def test_a_year_in_which_something_was_done_stays_billed_and_the_next_one_does_not(practice: Practice) -> None:
    key = await practice.signed()
    await practice.serve(key)
    await practice.renew(key)
    first, second = await practice.terms(key)
    await practice.end(key, by=practice.centre)
    row = await practice.row(key)
    assert (row["status"], row["ended_by"], row["ends_on"]) == ("ENDED", "INSTITUTION", TODAY)
    assert [(await practice.bill(term["bill_id"]))["status"] for term in (first, second)] == ["UNPAID", "CANCELLED"]
    assert (await practice.told(key.id))[-1] == "AGREEMENT_ENDED"


async def test_a_request_is_taken_back(practice: Practice) -> None:
    key = await practice.ask()
    await practice.end(key)
    row = await practice.row(key)
    assert (row["status"], row["starts_on"], row["ends_on"], await practice.taken()) == ("ENDED", None, None, 2)
    await refused(practice.decide(key), WrongState, "agreement_id")
    await refused(practice.end(key, reason=" "), InvalidInput, "reason")
    declined = await practice.decide(await practice.ask(), accept=False)
    await refused(practice.end(declined), WrongState, "agreement_id")
