"""A small town in which people book, cancel, move, wait, do not come and are let down, in any order and several at a time.

Few people and few places, so that they get in each other's way. After each turn the tables must add up.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from db import no_shows
from db.outbox import Job, JobKind
from db.slots import Slot
from domain.ids import Key, new_id
from domain.refusals import Refusal
from domain.times import shanghai_day
from domain.viewer import Viewer
from resolvers import schedules, waitlist
from tests.resolvers.clinic import HOUR, Clinic, open_clinic
from tests.resolvers.world import World, public
from workers.places import return_place
from workers.tools import Tools

PEOPLE = 6
# When slots begin, in hours from now, and how many places they have: some at the same time, some on one day.
SLOTS = ((30, 1), (30, 2), (31, 3), (54, 1), (54, 2), (78, 2))
Act = tuple[str, int, int]

WRONG = """
with s as (select * from slot where id = any($1)),
p as (select * from slot_place where slot_id = any($1)),
a as (select * from appointment where slot_id = any($1))
select 'the count is not that of the places' as wrong, s.id::text as what
from s where taken <> (select count(*) from p where p.slot_id = s.id)
union all select 'over-booked', s.id::text from s where taken > capacity
union all select 'a number beyond the places', p.slot_id::text from p join s on s.id = p.slot_id where p.number > s.capacity
union all select 'a place that nobody holds', p.slot_id || ' ' || p.number from p
where given_up_at is null and not exists (select from a where a.slot_id = p.slot_id and a.id = p.appointment_id
    and a.resident_id = p.resident_id and a.queue_number = p.number and a.status in ('BOOKED', 'NO_SHOW'))
union all select 'an appointment without its place', a.id::text from a
where status in ('BOOKED', 'NO_SHOW') and not exists (select from p where p.slot_id = a.slot_id and p.number = a.queue_number
    and p.appointment_id = a.id and p.given_up_at is null)
union all select 'booked in a withdrawn slot', a.id::text from a join s on s.id = a.slot_id
where a.status = 'BOOKED' and s.withdrawn_at is not null
union all select 'twice at one time or day', a.id::text from a join a b on b.resident_id = a.resident_id and b.id <> a.id
where a.status = 'BOOKED' and b.status = 'BOOKED'
    and (a.starts_at < b.ends_at and b.starts_at < a.ends_at or (a.department_id, a.day) = (b.department_id, b.day))
union all select 'booked for who still waits', w.id::text from waitlist_entry w
where w.resident_id = any($2) and (w.status = 'BOOKED') <> (w.appointment_id is not null)
union all select 'a bill that does not fit', a.id::text
from a left join bill b on b.resident_id = a.resident_id and b.id = a.bill_id
where (a.fee > 0) <> (b.id is not null) or (a.status = 'CANCELLED' and b.status <> 'CANCELLED')
    or (a.status = 'BOOKED' and (b.status <> 'UNPAID' or b.self_paid <> a.fee))
"""
# A place that rests is not lost only while a job is to bring it back.
LOST = """
select p.slot_id, p.number from slot_place p where p.slot_id = any($1) and p.given_up_at is not null and not exists (
    select from outbox o where o.job = 'return_place' and o.args ->> 'slot_id' = p.slot_id::text
        and o.args ->> 'number' = p.number::text and o.run_at = p.returns_at)
"""


@dataclass
class Town:
    """`slots`: all that there were; `offered`: those that people choose from; `done`: how often each act went well, or was refused,
    and why."""

    world: World
    tools: Tools
    clinics: list[Clinic]
    people: list[Viewer]
    slots: list[Slot] = field(default_factory=list)
    offered: list[Slot] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    async def turn(self, acts: Sequence[Act]) -> None:
        """Does all of them at once, and looks whether everything adds up."""
        await asyncio.gather(*(self._act(*act) for act in acts))
        await self.check()

    async def check(self) -> None:
        """Fails unless no place is lost or held twice, and nobody is in two places."""
        wrong = await self.world.rows(WRONG, self._slot_ids(), [person.resident_id for person in self.people])
        assert wrong == [], wrong

    async def check_returns(self) -> None:
        """Fails unless every place that rests will return."""
        assert await self.world.rows(LOST, self._slot_ids()) == []

    async def _act(self, name: str, a: int, b: int) -> None:
        try:
            await ACTS[name](self, self.people[a % len(self.people)], b)
            self.done[name] += 1
        except Refusal as refusal:
            self.done[f"{name}: {refusal.code}"] += 1

    async def book(self, person: Viewer, n: int) -> None:
        await self._clinic(n).book(person, self._slot(n))

    async def cancel(self, person: Viewer, n: int) -> None:
        await self._clinic(n).cancel(person, await self._booked(person, n))

    async def move(self, person: Viewer, n: int) -> None:
        await self._clinic(n).move(person, await self._booked(person, n // 7), self._slot(n))

    async def withdraw(self, _: Viewer, n: int) -> None:
        """The institution withdraws a slot, and opens another one in its place."""
        gone = self._slot(n)
        (clinic,) = [clinic for clinic in self.clinics if clinic.id == gone.department_id]
        ids = [public("T", gone.id)]
        await self.world.change(schedules.withdraw_slots, clinic.institution, slot_ids=ids, reason="停诊")
        opened = await clinic.slot(timedelta(hours=SLOTS[n % len(SLOTS)][0]), 1 + n % 3, gone.fee)
        self.slots.append(opened)
        self.offered[n % len(self.offered)] = opened

    async def wait(self, person: Viewer, n: int) -> None:
        first = shanghai_day(self.world.now) + timedelta(days=n % 3)
        days: dict[str, Any] = {"from": first, "to": first + timedelta(days=2)}
        await self.world.change(waitlist.join_waitlist, person, department_id=self._clinic(n).public_id, **days)

    async def leave(self, person: Viewer, n: int) -> None:
        entry = await self._newest("waitlist_entry", person, "WAITING", n)
        await self.world.change(waitlist.leave_waitlist, person, entry_id=public("W", entry.id, entry.resident_id))

    async def time_passes(self, _: Viewer, n: int) -> None:
        """Some minutes, or the night; places return whose time has come."""
        self.world.later(minutes=n % 40 if n % 10 else 600)
        due = "select slot_id, number from slot_place where slot_id = any($1) and returns_at <= $2"
        places = await self.world.rows(due, self._slot_ids(), self.world.now)
        await asyncio.gather(*(self._return(f"{place['slot_id']}", f"{place['number']}") for place in places))

    async def miss(self, _: Viewer, n: int) -> None:
        """Somebody who should have come by now did not."""
        over = "select resident_id, id from appointment where slot_id = any($1) and status = 'BOOKED' and ends_at <= $2"
        for row in (await self.world.rows(over, self._slot_ids(), self.world.now))[: n % 3]:
            async with self.world.pool.transaction() as connection:
                await no_shows.miss(connection, row["resident_id"], row["id"], self.world.now)
            self.done["missed"] += 1

    async def _return(self, slot_id: str, number: str) -> None:
        job = Job(new_id(self.world.now, os.urandom), JobKind.RETURN_PLACE, {"slot_id": slot_id, "number": number}, 1)
        await return_place(self.tools, job)
        self.done["returned"] += 1

    async def _booked(self, person: Viewer, n: int) -> Key:
        return await self._newest("appointment", person, "BOOKED", n)

    async def _newest(self, table: str, person: Viewer, status: str, n: int) -> Key:
        """One of the person's rows in that state; where there is none, another one, or nothing's key."""
        sql = f"select id from {table} where resident_id = $1 order by status <> $2, id desc limit 1 offset $3"
        id = await self.world.value(sql, person.resident_id, status, n % 2)
        return Key(id or self.clinics[0].id, person.resident_id)

    def _slot(self, n: int) -> Slot:
        return self.offered[n % len(self.offered)]

    def _clinic(self, n: int) -> Clinic:
        return self.clinics[n % len(self.clinics)]

    def _slot_ids(self) -> list[Any]:
        return [slot.id for slot in self.slots]


ACTS: dict[str, Callable[[Town, Viewer, int], Awaitable[None]]] = {
    "book": Town.book,
    "cancel": Town.cancel,
    "move": Town.move,
    "withdraw": Town.withdraw,
    "wait": Town.wait,
    "leave": Town.leave,
    "time passes": Town.time_passes,
    "miss": Town.miss,
}
LIKELY = {"book": 8, "cancel": 5, "move": 4, "withdraw": 1, "wait": 3, "leave": 1, "time passes": 3, "miss": 1}


async def new_town(world: World, tools: Tools) -> Town:
    """Two departments of one institution with a fee, and of another one without; slots, and people."""
    hospital = await world.institution()
    clinics = [await open_clinic(world, hospital), await open_clinic(world, hospital), await open_clinic(world)]
    town = Town(world, tools, clinics, [await world.resident() for _ in range(PEOPLE)])
    for n, (hours, capacity) in enumerate(SLOTS):
        clinic = clinics[n % len(clinics)]
        town.slots.append(await clinic.slot(hours * HOUR, capacity, fee=0 if n % 3 == 2 else 1000 * (1 + n % 2)))
    town.offered = list(town.slots)
    return town
