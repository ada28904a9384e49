"""What the deeds are done to: one of everything that a resident has, made by the program itself, and the people who try."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from db import apps, clients
from db.apps import App
from db.pool import Pool
from domain.enums import CareSetting, CareStep, HealthRecordKind, Sex, TerminalKind
from domain.ids import Key, new_id
from domain.scopes import OF_RESIDENTS
from domain.times import shanghai_day
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.app import utc_now
from resolvers import bills, cards, conditions, consents, payments, temporary_cards, waitlist
from tests.resolvers.clinic import HOUR, open_clinic
from tests.resolvers.hospital import Hospital
from tests.resolvers.laboratory import Laboratory
from tests.resolvers.pharmacy import Pharmacy, open_pharmacy, paying_world, prescription_id
from tests.resolvers.practice import Practice, agreement_id, publish
from tests.resolvers.stay import admit
from tests.resolvers.world import World, public

ITEM = {"code": "B2", "name": "诊查费", "quantity": Decimal("1"), "unit_price": Decimal("25")}


@dataclass(slots=True)
class Things:
    """`ids`: what inputs name; `viewers`: who tries, but for carers; `owner` has it all, `carer` is nobody to them so far."""

    world: World
    owner: UUID
    carer: Viewer
    viewers: Mapping[str, Viewer]
    ids: dict[str, str]

    def filled(self, given: Any) -> Any:
        """An input with the ids that it names."""
        if isinstance(given, dict):
            return {name: self.filled(value) for name, value in given.items()}
        if isinstance(given, list):
            return [self.filled(value) for value in given]
        return self.ids[given[1:]] if isinstance(given, str) and given.startswith("@") else given


async def make_things(pool: Pool) -> Things:
    """In a world of its own."""
    world = await paying_world(pool)
    world.now = utc_now()
    here = await open_pharmacy(world)
    patient, owner = here.resident, here.resident.resident_id
    assert owner is not None
    viewers = await _viewers(world, here)
    ids = {"owner": public("R", owner), "job": public("J", new_id(world.now, os.urandom)), "doctor": here.doctor}
    ids |= _days(world) | await _booked(here) | await _billed(here) | await _written(here) | await _medicines(here)
    ids |= await _signed(here) | await _family(world, patient) | await _unknown(here)
    assert patient.session_id is not None
    ids["session"] = public("S", patient.session_id, owner)
    ids["notification"] = public("w", new_id(world.now, os.urandom), owner)
    ids["institution"] = public("I", _of(viewers["other institution"].institution_id))
    return Things(world, owner, await world.resident(), viewers, ids)


def _days(world: World) -> dict[str, str]:
    today = shanghai_day(world.now)
    return {
        "today": f"{today}",
        "tomorrow": f"{today + timedelta(days=1)}",
        "yesterday": f"{today - timedelta(days=1)}",
        "later": f"{world.now + timedelta(days=1):%Y-%m-%dT%H:%M}:00Z",
        "later still": f"{world.now + timedelta(days=1, hours=1):%Y-%m-%dT%H:%M}:00Z",
    }


async def _booked(here: Pharmacy) -> dict[str, str]:
    clinic = await open_clinic(here.world, here.hospital)
    booked, free = await clinic.slot(), await clinic.slot(60 * HOUR)
    elsewhere = await open_clinic(here.world, here.hospital)
    days: Any = {"from": shanghai_day(here.world.now), "to": shanghai_day(here.world.now)}
    waiting = await here.world.change(waitlist.join_waitlist, here.resident, department_id=elsewhere.public_id, **days)
    return {
        "department": clinic.public_id,
        "slot": public("T", free.id),
        "appointment": _id("B", await clinic.book(here.resident, booked)),
        "entry": _id("W", waiting.fields["entry"]),
    }


async def _billed(here: Pharmacy) -> dict[str, str]:
    found: dict[str, str] = {"visit": _id("V", here.visit)}
    for n, name in enumerate(("bill", "bill under way", "paid bill")):
        given: Any = {"visit_id": found["visit"], "number": f"M-{n}", "items": [ITEM], "insured": Decimal(0)}
        found[name] = _id("G", (await here.world.change(bills.issue_bill, here.hospital, **given)).fields["bill"])
    for bill, payment in (("bill under way", "payment"), ("paid bill", "paid payment")):
        started: Any = {"bill_ids": [found[bill]], "method": "ALIPAY"}
        key = (await here.world.change(payments.start_payment, here.resident, **started)).fields["payment"]
        found[payment] = _id("Y", key)
        if payment == "paid payment":
            await here.succeed(key, 2_500)
    return found


async def _written(here: Pharmacy) -> dict[str, str]:
    lab = Laboratory(here.world, here.hospital, here.resident, here.visit, here.doctor)
    report = await lab.publish()
    link = await lab.share(report, expires_at=here.world.now + timedelta(days=1))
    condition = await here.world.change(
        conditions.record_condition, here.hospital, visit_id=_id("V", here.visit), code="I10", display="高血压"
    )
    consent = await here.world.change(
        consents.grant_consent,
        here.resident,
        institution_id=public("I", _of(here.pharmacy.institution_id)),
        kinds=[HealthRecordKind.REPORT],
        expires_at=here.world.now + timedelta(days=1),
    )
    printed = await here.world.change(cards.print_card, here.resident)
    stay = await admit(here.world, here.hospital, here.resident)
    return {
        "report": _id("r", report),
        "link": _id("l", link),
        "condition": _id("d", condition.fields["condition"]),
        "consent": _id("c", consent.fields["consent"]),
        "printed": _id("P", printed.fields["printed_code"]),
        "admission": stay.id,
    }


async def _medicines(here: Pharmacy) -> dict[str, str]:
    return {
        "prescription": prescription_id(await here.issue()),
        "paid prescription": prescription_id(await here.paid()),
        "ready": prescription_id(await here.waiting()),
        "collecting": _id("V", await here.collecting()),
    }


async def _signed(here: Pharmacy) -> dict[str, str]:
    doctors = await here.world.rows("select code, id from doctor where institution_id = $1", here.hospital.institution_id)
    hospital = Hospital(here.world, here.hospital, {}, {row["code"]: row["id"] for row in doctors})
    team = await publish(here.world, hospital)
    rows = await here.world.rows("select code, id from family_doctor_package where team_id = $1", team)
    practice = Practice(here.world, hospital, here.resident, team, {row["code"]: row["id"] for row in rows})
    return {
        "team": public("t", team),
        "package": public("b", practice.packages["B"]),
        "agreement": agreement_id(await practice.signed("B")),
    }


async def _unknown(here: Pharmacy) -> dict[str, str]:
    """Cards of patients whom nobody knew: one of them is bound to the owner."""
    found = {}
    for name in ("temporary", "bound"):
        where: Any = {"care_step": CareStep.REGISTER, "care_setting": CareSetting.OUTPATIENT}
        terminal = {"id": "W-3", "kind": TerminalKind.WINDOW}
        made = await here.world.change(
            temporary_cards.issue_temporary_card, here.hospital, sex=Sex.MALE, age=40, terminal=terminal, **where
        )
        found[name] = _id("C", made.fields["card"])
    given: Any = {"card_id": found["bound"], "visit_id": _id("V", here.visit), "reason": "家属认领"}
    await here.world.change(temporary_cards.bind_temporary_card, here.hospital, **given)
    return found


async def _family(world: World, owner: Viewer) -> dict[str, str]:
    await world.care_for(owner, await world.resident(), "CARD")
    id = await world.value("select id from carer where resident_id = $1", owner.resident_id)
    return {"carer": public("k", id, owner.resident_id)}


async def _viewers(world: World, here: Pharmacy) -> dict[str, Viewer]:
    return {
        "oneself": here.resident,
        "stranger": await world.resident(),
        "hospital": here.hospital,
        "pharmacy": here.pharmacy,
        "other institution": await world.institution(),
        "payment app": await _app(world, "ALIPAY", OF_RESIDENTS),
        "other app": await _app(world, "BANK", OF_RESIDENTS),
        "operator": await _app(world, "OTHER", frozenset({"platform:read", "platform:write"})),
        "dashboard": await _app(world, "OTHER", frozenset({"dashboard:read"})),
        "anonymous": ANONYMOUS,
    }


async def _app(world: World, kind: str, scopes: frozenset[str]) -> Viewer:
    app_id, client_id = new_id(world.now, os.urandom), new_id(world.now, os.urandom)
    async with world.pool.transaction() as connection:
        await apps.insert(connection, App(app_id, "收银台", kind, scopes, None, world.now))
        await clients.insert(connection, client_id, scopes, world.now, app_id=app_id)
    return Viewer(ViewerKind.APP, client_id=client_id, app_id=app_id, scopes=scopes, name="收银台")


def _id(letter: str, key: Key) -> str:
    return public(letter, key.id, key.resident_id)


def _of(id: UUID | None) -> UUID:
    assert id is not None
    return id
