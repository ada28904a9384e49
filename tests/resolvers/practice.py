"""A community health centre with a team of family doctors, for tests. Beside it there is always another one, whose team has the
same code and agreements of its own, and other people's agreements stand with the team itself."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from db import payment_moves
from domain.enums import PaymentMethod
from domain.ids import Key
from domain.payments import Fact, Told
from domain.refusals import Refusal
from domain.viewer import Viewer
from resolvers import agreements, family_doctors, payments
from tests.resolvers.hospital import Hospital, new_hospital
from tests.resolvers.world import World, public

BASIC = {
    "code": "B",
    "name": "基础服务包",
    "annual_fee": Decimal("0"),
    "services": [{"name": "年度体检", "promised": 1}, {"name": "上门随访", "promised": 4}],
}
ELDERLY = {
    "code": "E",
    "name": "老年人服务包",
    "annual_fee": Decimal("120"),
    "services": [{"name": "血压测量", "promised": 12}, {"name": "上门随访", "promised": 2}],
}
FEE = 12_000


@dataclass
class Practice:
    """`team` and `packages` (code → id) of the centre, whose `resident` has no family doctor yet."""

    world: World
    hospital: Hospital
    resident: Viewer
    team: UUID
    packages: Mapping[str, UUID]

    @property
    def centre(self) -> Viewer:
        return self.hospital.viewer

    async def publish(self, by: Viewer | None = None, **changes: Any) -> UUID:
        """Publishes the team as it is, unless the changes say otherwise: its id."""
        return await publish(self.world, self.hospital, by, **changes)

    async def ask(self, *codes: str, by: Viewer | None = None, **changes: Any) -> Key:
        """Asks for these packages, for the elderly when none is named."""
        given = {
            "team_id": public("t", self.team),
            "package_ids": [public("b", self.packages[code]) for code in codes or ("E",)],
            **changes,
        }
        return await self._made(agreements.sign_up_with_family_doctor, by or self.resident, **given)

    async def decide(self, agreement: Key, accept: bool = True, by: Viewer | None = None, **given: Any) -> Key:
        """The team decides."""
        ids = {"agreement_id": agreement_id(agreement), "accept": accept}
        return await self._made(agreements.decide_family_doctor_agreement, by or self.centre, **ids, **given)

    async def signed(self, *codes: str, by: Viewer | None = None) -> Key:
        """An agreement that runs."""
        return await self.decide(await self.ask(*codes, by=by))

    async def renew(self, agreement: Key, by: Viewer | None = None) -> Key:
        """Another year."""
        given = {"agreement_id": agreement_id(agreement)}
        return await self._made(agreements.renew_family_doctor_agreement, by or self.resident, **given)

    async def end(self, agreement: Key, by: Viewer | None = None, reason: str = "搬家") -> Key:
        """No longer."""
        given = {"agreement_id": agreement_id(agreement), "reason": reason}
        return await self._made(agreements.end_family_doctor_agreement, by or self.resident, **given)

    async def serve(self, agreement: Key, service: str = "上门随访", by: Viewer | None = None, **given: Any) -> Key:
        """The team has done something."""
        ids = {"agreement_id": agreement_id(agreement), "service": service}
        return await self._made(agreements.record_family_doctor_service, by or self.centre, **ids, **given)

    async def pay(self, bill_id: UUID) -> None:
        """The resident pays the bill."""
        ids = [public("G", bill_id, self.resident.resident_id)]
        made = await self.world.change(payments.start_payment, self.resident, bill_ids=ids, method=PaymentMethod.ALIPAY)
        payment: Key = made.fields["payment"]
        assert payment.resident_id is not None
        amount = await self.world.value("select amount from payment where id = $1", payment.id)
        fact = Fact(Told.SUCCEEDED, amount, payment.id.hex, self.world.now)
        async with self.world.pool.transaction() as connection:
            await payment_moves.learn(connection, self.world.now, os.urandom, payment.resident_id, payment.id, fact)

    async def row(self, agreement: Key) -> Mapping[str, Any]:
        """As it is stored."""
        sql = "select * from family_doctor_agreement where resident_id = $1 and id = $2"
        (row,) = await self.world.rows(sql, agreement.resident_id, agreement.id)
        return row

    async def terms(self, agreement: Key) -> Sequence[Mapping[str, Any]]:
        """Its years as they are stored."""
        sql = "select * from agreement_term where resident_id = $1 and agreement_id = $2 order by starts_on"
        return await self.world.rows(sql, agreement.resident_id, agreement.id)

    async def services(self, term: Mapping[str, Any]) -> list[tuple[str, int, int]]:
        """(name, promised, delivered) of a year; what was written down each time comes to as much."""
        sql = (
            "select s.name, s.promised, s.delivered, (select count(*) from service_delivery d where d.resident_id = s.resident_id"
            " and d.term_id = s.term_id and d.name = s.name) as written from agreement_service s"
            " where s.resident_id = $1 and s.term_id = $2 order by s.position"
        )
        rows = await self.world.rows(sql, term["resident_id"], term["id"])
        assert all(row["written"] == row["delivered"] for row in rows)
        return [(row["name"], row["promised"], row["delivered"]) for row in rows]

    async def taken(self) -> int:
        """How many places of the team are taken; as many agreements stand."""
        sql = (
            "select taken, (select count(*) from family_doctor_agreement a where a.team_id = t.id"
            " and a.status in ('REQUESTED', 'ACTIVE')) as standing from family_doctor_team t where t.id = $1"
        )
        (row,) = await self.world.rows(sql, self.team)
        assert row["taken"] == row["standing"]
        taken: int = row["taken"]
        return taken

    async def bill(self, id: UUID) -> Mapping[str, Any]:
        """As it is stored."""
        (row,) = await self.world.rows("select * from bill where resident_id = $1 and id = $2", self.resident.resident_id, id)
        return row

    async def done(self) -> list[str]:
        """What the audit says of the resident's agreements, in its order."""
        sql = "select action from audit where subject_id = $1 and action like 'agreement.%' order by id"
        return [row["action"] for row in await self.world.rows(sql, self.resident.resident_id)]

    async def told(self, id: UUID) -> list[str]:
        """Of what about the thing people are to be told."""
        sql = "select args->>'event' as event from outbox where args->>'subject_id' = $1 order by id"
        return [row["event"] for row in await self.world.rows(sql, str(id))]

    async def _made(self, resolve: Any, by: Viewer, **given: Any) -> Key:
        key: Key = (await self.world.change(resolve, by, **given)).fields["agreement"]
        return key


async def refused(change: Any, refusal: type[Refusal], *field: str) -> None:
    """Fails unless the change is refused so, at that field."""
    with pytest.raises(refusal) as caught:
        await change
    assert caught.value.field == (field or None)


def agreement_id(key: Key) -> str:
    """The public id."""
    return public("f", key.id, key.resident_id)


async def publish(world: World, hospital: Hospital, by: Viewer | None = None, **changes: Any) -> UUID:
    """Publishes a team of the hospital's first doctor, with ten places and two packages."""
    given = {
        "code": "T1",
        "name": "李慧团队",
        "leader_id": public("H", hospital.doctors["M1"]),
        "capacity": 10,
        "packages": [BASIC, ELDERLY],
        **changes,
    }
    made = await world.change(family_doctors.publish_family_doctor_team, by or hospital.viewer, **given)
    id: UUID = made.fields["team"].id
    return id


async def open_practice(world: World) -> Practice:
    """A centre beside another one: each of them has signed somebody, and somebody asks."""
    await _practice(world)
    return await _practice(world)


async def _practice(world: World) -> Practice:
    hospital = await new_hospital(world)
    team = await publish(world, hospital)
    rows = await world.rows("select code, id from family_doctor_package where team_id = $1", team)
    packages = {row["code"]: row["id"] for row in rows}
    for is_signed in (True, False):
        other = Practice(world, hospital, await world.resident(), team, packages)
        await (other.signed("E") if is_signed else other.ask("B"))
    return Practice(world, hospital, await world.resident(), team, packages)
