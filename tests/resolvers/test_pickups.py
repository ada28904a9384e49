"""Somebody else collects the medicine: with a code that works once, there, for this prescription alone."""

from datetime import UTC, datetime, timedelta

import pytest

from db.pool import Pool
from domain.enums import CareSetting, CareStep, CodePurpose, TerminalKind
from domain.refusals import (
    AlreadyUsed,
    CardSuspended,
    ExpiredCode,
    Forbidden,
    InvalidCode,
    InvalidInput,
    NotAcceptedHere,
    NotFound,
    RateLimited,
    Revoked,
    WrongPurpose,
)
from resolvers import bills, cards, visits
from tests.resolvers.cashier import payment_app
from tests.resolvers.pharmacy import Pharmacy, open_pharmacy, paying_world
from tests.resolvers.world import World

# In Asia/Shanghai it is half past nine in the morning of the 23rd, and tomorrow ends with the 24th.
END_OF_TOMORROW = datetime(2026, 11, 24, 16, tzinfo=UTC)


@pytest.fixture
async def world(pool: Pool) -> World:
    return await paying_world(pool)


@pytest.fixture
async def pharmacy(world: World) -> Pharmacy:
    return await open_pharmacy(world)


async def test_a_delegate_collects_with_a_code_of_their_own(pharmacy: Pharmacy) -> None:
    key = await pharmacy.waiting()
    code = await pharmacy.delegate(key)
    assert (code["purpose"], code["expires_at"], len(code["text"])) == (CodePurpose.COLLECT, END_OF_TOMORROW, 199)
    assert code["svg"]() == f"<svg>{code['text']}</svg>"
    pharmacy.world.later(hours=20)
    visit = await pharmacy.collecting(code["text"])
    (row,) = await pharmacy.world.rows("select * from visit where id = $1", visit.id)
    assert (row["delegate_name"], row["prescription_id"], row["resident_id"]) == ("李四", key.id, pharmacy.resident.resident_id)
    await pharmacy.dispense(key, visit)
    assert (await pharmacy.row(key))["status"] == "DISPENSED"
    assert await pharmacy.told(key.id) == ["PRESCRIPTION_READY", "PRESCRIPTION_COLLECTED"]
    assert await pharmacy.done("pickup.delegated") == 1


async def test_the_code_ends_with_what_it_is_for(pharmacy: Pharmacy) -> None:
    key = await pharmacy.waiting()
    pharmacy.world.later(days=2)
    ends = (await pharmacy.row(key))["expires_at"]
    assert (await pharmacy.delegate(key))["expires_at"] == ends.replace(microsecond=0)


async def test_it_works_once_and_for_that_alone(pharmacy: Pharmacy) -> None:
    key, other = await pharmacy.waiting(), await pharmacy.waiting()
    code = (await pharmacy.delegate(key))["text"]
    for step in (CareStep.REGISTER, CareStep.PRESCRIBE, CareStep.PAY):
        with pytest.raises(WrongPurpose):
            await pharmacy.world.verify(pharmacy.pharmacy, code, step)
    visit = await pharmacy.collecting(code)
    with pytest.raises(AlreadyUsed):
        await pharmacy.collecting(code)
    with pytest.raises(InvalidInput) as refused:
        await pharmacy.dispense(other, visit)
    assert refused.value.field == ("visit_id",)
    await pharmacy.dispense(key, visit)
    assert await pharmacy.dispensed(other) == [0, 0]


async def test_nothing_is_paid_with_it(pharmacy: Pharmacy) -> None:
    world = pharmacy.world
    with pytest.raises(WrongPurpose):
        await world.change(
            bills.open_bills_for_code, payment_app(world), code=(await pharmacy.delegate(await pharmacy.issue()))["text"]
        )


async def test_it_is_accepted_nowhere_else(pharmacy: Pharmacy) -> None:
    code = (await pharmacy.delegate(await pharmacy.waiting()))["text"]
    for elsewhere in (pharmacy.hospital, await pharmacy.world.institution()):
        with pytest.raises(NotAcceptedHere):
            await pharmacy.collecting(code, elsewhere)
    await pharmacy.collecting(code)


async def test_a_new_code_takes_the_place_of_the_one_before_but_of_no_other(pharmacy: Pharmacy) -> None:
    key, other = await pharmacy.waiting(), await pharmacy.waiting()
    untouched = (await pharmacy.delegate(other))["text"]
    first = (await pharmacy.delegate(key))["text"]
    second = (await pharmacy.delegate(key, name="王五"))["text"]
    with pytest.raises(Revoked):
        await pharmacy.collecting(first)
    for code in (second, untouched):
        await pharmacy.collecting(code)


async def test_it_ends_when_the_prescription_does_and_with_time(pharmacy: Pharmacy) -> None:
    collected, cancelled, late = [await pharmacy.waiting() for _ in range(3)]
    codes = [(await pharmacy.delegate(key))["text"] for key in (collected, cancelled, late)]
    await pharmacy.dispense(collected, await pharmacy.collecting())
    await pharmacy.cancel(cancelled)
    for code in codes[:2]:
        with pytest.raises(Revoked):
            await pharmacy.collecting(code)
    pharmacy.world.now = END_OF_TOMORROW
    with pytest.raises(ExpiredCode):
        await pharmacy.collecting(codes[2])


async def test_it_is_the_cards_code_too(pharmacy: Pharmacy) -> None:
    key = await pharmacy.waiting()
    code = (await pharmacy.delegate(key))["text"]
    await pharmacy.world.change(cards.suspend_card, pharmacy.resident)
    with pytest.raises(CardSuspended):
        await pharmacy.collecting(code)
    with pytest.raises(CardSuspended):
        await pharmacy.delegate(key)
    await pharmacy.world.change(cards.resume_card, pharmacy.resident)
    await pharmacy.collecting(code)
    again = (await pharmacy.delegate(key))["text"]
    await pharmacy.world.change(cards.replace_card, pharmacy.resident, reason="遗失")
    with pytest.raises(Revoked):
        await pharmacy.collecting(again)


async def test_who_may_send_somebody(pharmacy: Pharmacy) -> None:
    world, key = pharmacy.world, await pharmacy.issue()
    carer, other, stranger = await world.resident(), await world.resident(), await world.resident()
    await world.care_for(pharmacy.resident, carer, "PRESCRIPTIONS")
    await world.care_for(pharmacy.resident, other, "CARD", "RECORDS")
    await pharmacy.delegate(key, carer)
    for viewer, refusal in ((other, Forbidden), (stranger, NotFound), (pharmacy.pharmacy, Forbidden)):
        with pytest.raises(refusal):
            await pharmacy.delegate(key, viewer)
    for name in (" ", "名" * 101):
        with pytest.raises(InvalidInput) as refused:
            await pharmacy.delegate(key, name=name)
        assert refused.value.field == ("delegate_name",)


async def test_codes_are_made_so_often_and_no_more(pharmacy: Pharmacy) -> None:
    key = await pharmacy.issue()
    for _ in range(10):
        await pharmacy.delegate(key)
    with pytest.raises(RateLimited):
        await pharmacy.delegate(key)
    pharmacy.world.later(hours=1)
    await pharmacy.delegate(key)


async def test_a_changed_code_is_none(pharmacy: Pharmacy) -> None:
    text = (await pharmacy.delegate(await pharmacy.waiting()))["text"]
    with pytest.raises(InvalidCode):
        await pharmacy.collecting(text[:-1] + ("A" if text[-1] != "A" else "B"))


async def test_a_scan_that_is_uploaded_later_opens_its_visit_too(pharmacy: Pharmacy) -> None:
    key = await pharmacy.waiting()
    code, at = (await pharmacy.delegate(key))["text"], pharmacy.world.now
    pharmacy.world.later(hours=3)
    scan = {"client_reference": "r", "code": code, "care_step": CareStep.COLLECT_MEDICINE, "care_setting": CareSetting.OUTPATIENT}
    terminal = {"id": "W-3", "kind": TerminalKind.WINDOW}
    scanned = {**scan, "terminal": terminal, "scanned_at": at + timedelta(minutes=1)}
    await pharmacy.world.change(visits.upload_offline_scans, pharmacy.pharmacy, scans=[scanned])
    (row,) = await pharmacy.world.rows("select * from visit where prescription_id = $1", key.id)
    assert (row["delegate_name"], row["opened_at"]) == ("李四", at + timedelta(minutes=1))
