"""A PAY code is shown to a payment app: what it opens, and that it is used once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from domain.enums import CareStep, CodePurpose
from domain.ids import Key
from domain.refusals import AlreadyUsed, CardSuspended, ExpiredCode, Forbidden, InvalidCode, Refusal, Revoked, WrongPurpose
from domain.viewer import Viewer
from resolvers import bills, cards
from tests.resolvers.cashier import Cashier, payment_app
from tests.resolvers.test_cards import printed
from tests.resolvers.world import World


async def opened(world: World, app: Viewer, code: str) -> Mapping[str, Any]:
    return (await world.change(bills.open_bills_for_code, app, code=code)).fields


async def test_a_pay_code_opens_what_can_be_paid(cashier: Cashier) -> None:
    world, app = cashier.world, payment_app(cashier.world)
    first, paying, second, cancelled = [await cashier.issue(number=f"N-{n}") for n in (1, 2, 3, 4)]
    await cashier.cancel(cancelled)
    await world.rows("update bill set status = 'PAYING' where id = $1 returning id", paying.id)
    fields = await opened(world, app, await world.present(cashier.resident, CodePurpose.PAY))
    assert fields["payer"] == Key(cashier.patient_id, cashier.patient_id)
    assert fields["bills"][:2] == [second, first]
    assert len(fields["bills"]) == 3  # the last one is another institution's
    assert fields["expires_at"] == world.now + bills.PERMITTED
    (permission,) = await world.rows("select * from pay_permission where resident_id = $1", cashier.resident.resident_id)
    assert (permission["app_id"], permission["granted_at"], permission["expires_at"]) == (
        app.app_id,
        world.now,
        fields["expires_at"],
    )
    assert await cashier.done("bills.opened") == 1


async def refused(world: World, app: Viewer, code: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        await opened(world, app, code)


async def test_a_code_that_opens_nothing_says_why(cashier: Cashier) -> None:
    world, app, resident = cashier.world, payment_app(cashier.world), cashier.resident
    await refused(world, app, "EC1:NONSENSE", InvalidCode)
    for purpose in (CodePurpose.IDENTIFY, CodePurpose.RECORDS, CodePurpose.COLLECT):
        await refused(world, app, await world.present(resident, purpose), WrongPurpose)
    _, text = await printed(world, resident)
    await refused(world, app, text, WrongPurpose)
    code = await world.present(resident, CodePurpose.PAY)
    world.later(seconds=61)
    await refused(world, app, code, ExpiredCode)
    code = await world.present(resident, CodePurpose.PAY)
    await opened(world, app, code)
    await refused(world, app, code, AlreadyUsed)
    code = await world.present(resident, CodePurpose.PAY)
    await world.change(cards.suspend_card, resident)
    await refused(world, app, code, CardSuspended)
    await world.change(cards.replace_card, resident, reason="遗失")
    await refused(world, app, code, Revoked)
    assert await cashier.count("pay_permission") == 1
    reasons = "select reason from audit where subject_id = $1 and action = 'bills.refused' order by id"
    assert [row["reason"] for row in await world.rows(reasons, resident.resident_id)] == [
        *["WRONG_PURPOSE"] * 4,
        "EXPIRED_CODE",
        "ALREADY_USED",
        "CARD_SUSPENDED",
        "REVOKED",
    ]


async def test_a_code_is_used_once_by_apps_and_institutions_together(cashier: Cashier) -> None:
    world, app = cashier.world, payment_app(cashier.world)
    code = await world.present(cashier.resident, CodePurpose.PAY)
    at_once: list[Awaitable[object]] = [opened(world, app, code) for _ in range(4)]
    at_once += [world.verify(cashier.hospital, code, CareStep.PAY) for _ in range(4)]
    outcomes = Counter(type(made) is AlreadyUsed for made in await asyncio.gather(*at_once, return_exceptions=True))
    assert outcomes == {True: 7, False: 1}


async def test_only_an_app_opens_bills(cashier: Cashier) -> None:
    code = await cashier.world.present(cashier.resident, CodePurpose.PAY)
    app = payment_app(cashier.world)
    for viewer in (cashier.hospital, cashier.resident, replace(app, app_id=None)):
        await refused(cashier.world, viewer, code, Forbidden)
    await opened(cashier.world, app, code)
