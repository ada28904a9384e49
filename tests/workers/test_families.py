"""Care ends by the clock on both sides, and people are told of what begins and ends."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from db import outbox
from db.outbox import JobKind
from db.pool import Pool
from domain.enums import CareScope, VerificationPurpose
from domain.families import of_age_at
from domain.viewer import Viewer
from tests.resolvers.household import add, adult, agreed, asked, carers_of, child_of, id_of, remove
from tests.resolvers.world import Person, World, new_world, somebody
from tests.workers import telling
from tests.workers.city import fresh_id
from tests.workers.conftest import RecordingSms
from workers.families import end_care
from workers.notifications import send_notification
from workers.tools import Tools

JOBS = (
    "select id from outbox where job = 'send_notification' and state = 'waiting' and args ->> 'event' = $1"
    " and args ->> 'resident_id' = $2 order by id"
)
WHOSE = "select event, resident_id from notification where about_id = $1 order by id"


@dataclass
class Home:
    """A world, the worker that comes by, and what it sends."""

    world: World
    tools: Tools
    sms: RecordingSms

    @property
    def now_tools(self) -> Tools:
        return replace(self.tools, clock=lambda: self.world.now)

    async def turn(self) -> None:
        """The worker's turn, by the world's clock."""
        id = fresh_id()
        async with self.tools.pool.transaction() as connection:
            await outbox.put(connection, JobKind.END_CARE, {}, id, self.world.now)
            job = await outbox.start(connection, id, self.world.now)
        assert job is not None
        await end_care(self.now_tools, job)
        assert await self.world.value("select state from outbox where id = $1", id) == "done"

    async def told(self, event: str, about: Person) -> list[tuple[str | None, str]]:
        """Tells of what waits to be told of this person: phone and text of each message. Other people's care ends as well."""
        await telling.deliver(self.now_tools)
        self.sms.sent.clear()
        for row in await self.world.rows(JOBS, event, str(await id_of(self.world, about))):
            async with self.tools.pool.transaction() as connection:
                job = await outbox.start(connection, row["id"], self.world.now)
            assert job is not None
            await send_notification(self.now_tools, job)
        await telling.deliver(self.now_tools)
        return sorted((phone, text.removeprefix("【深圳市健康卡】")) for phone, text, _, _ in self.sms.sent)


@pytest.fixture
async def home(pool: Pool, tools: Tools, sms: RecordingSms) -> Home:
    """After `tools`, which empties the outbox. It is half past nine in the morning."""
    return Home(await new_world(pool, sealer=tools.sealer, lookup=tools.lookup), tools, sms)


async def mirrored(world: World, viewer: Viewer) -> list[Any]:
    rows = await world.rows("select id from family_member where resident_id = $1 order by id", viewer.resident_id)
    return [row["id"] for row in rows]


async def test_what_has_expired_ends_on_both_sides_and_once(home: Home) -> None:
    world, people = home.world, [somebody(), somebody(name="李芳")]
    one, other = [await world.resident(person) for person in people]
    child = child_of(world, *people, name="李小宝")
    await add(world, one, asked(child, expires_at=world.now + timedelta(hours=1)))
    await add(world, other, asked(child))
    await home.turn()
    ending, staying = await carers_of(world, child)
    world.later(hours=1)
    await home.turn()
    await home.turn()
    assert await carers_of(world, child) == [staying]
    assert await mirrored(world, one) == []
    assert await mirrored(world, other) == [staying["id"]]
    audited = "select actor_kind, object_id from audit where subject_id = $1 and action = 'carer.expired'"
    assert await world.rows(audited, staying["resident_id"]) == [{"actor_kind": "PLATFORM", "object_id": ending["id"]}]
    text = "关于*小宝：一位照护人的照护期限已到，其不能再查看或办理任何事项。"
    assert await home.told("CARER_ENDED", child) == sorted((person.phone, text) for person in people)


async def test_childhood_ends_with_the_18th_birthday(home: Home) -> None:
    """Who cared is told, and the new adult finds card and history by applying with a phone of their own."""
    world, parent = home.world, somebody()
    carer, child = await world.resident(parent), child_of(world, parent, name="李小宝")
    await add(world, carer, asked(child, list(CareScope)))
    resident_id = await id_of(world, child)
    card = await world.value("select id from card where resident_id = $1", resident_id)
    birthday = of_age_at(date.fromisoformat(child.number[6:14]))
    world.now = birthday - timedelta(seconds=1)
    await home.turn()
    assert len(await carers_of(world, child)) == 1
    world.now = birthday
    await home.turn()
    await home.turn()
    assert await carers_of(world, child) == []
    world.now = birthday + timedelta(hours=9)
    assert await home.told("CARER_ENDED", child) == []
    text = "关于*小宝：已年满18周岁，照护人的权限已到期。请用本人手机号申请健康卡，原有的卡和记录保持不变。"
    assert await home.told("CAME_OF_AGE", child) == [(parent.phone, text)]
    assert await home.told("CAME_OF_AGE", child) == []
    grown = adult(world, name=child.name, number=child.number)
    made = await world.apply(grown)
    assert made.read_as is not None
    assert (made.read_as.resident_id, made.fields["card"].id) == (resident_id, card)
    actions = [row["action"] for row in await world.rows("select action from audit where subject_id = $1", resident_id)]
    assert sorted(actions) == sorted(["card.issued", "carer.added", "carer.expired", "resident.came_of_age", "session.started"])


async def test_a_new_adult_with_a_phone_is_told_too(home: Home) -> None:
    world, parent = home.world, somebody()
    carer, child, phone = await world.resident(parent), child_of(world, parent, name="李小宝"), str(somebody().phone)
    code = await world.code_for(phone, VerificationPurpose.ADD_FAMILY_MEMBER)
    await add(world, carer, asked(child, phone=phone, verification_code=code))
    world.now = of_age_at(date.fromisoformat(child.number[6:14])) + timedelta(hours=9)
    await home.turn()
    told = dict(await home.told("CAME_OF_AGE", child))
    assert set(told) == {parent.phone, phone}
    assert not told[phone].startswith("关于")


async def test_the_person_is_told_who_cares_for_them_now(home: Home) -> None:
    world, parent = home.world, adult(home.world)
    carer = await world.resident(somebody(name="李芳"))
    await add(world, carer, await agreed(world, parent))
    text = "*芳已成为照护人，可以查看和办理已授权的事项，可随时在健康卡中解除。"
    assert await home.told("CARER_ADDED", parent) == [(parent.phone, text)]


async def test_nobody_is_told_of_who_was_removed_meanwhile(home: Home) -> None:
    world, parent = home.world, adult(home.world)
    carer = await world.resident()
    key = await add(world, carer, await agreed(world, parent))
    await remove(world, carer, "M", key.id, key.resident_id)
    assert await home.told("CARER_ADDED", parent) == []


async def test_who_was_removed_is_told_and_the_person(home: Home) -> None:
    world, parent, person = home.world, adult(home.world, name="王大明"), somebody()
    carer = await world.resident(person)
    key = await add(world, carer, await agreed(world, parent))
    await remove(world, await world.resident(parent), "M", key.id, key.resident_id)
    text = "一位照护人的照护关系已解除，其不能再查看或办理任何事项。"
    assert await home.told("CARER_REMOVED", parent) == sorted([(parent.phone, text), (person.phone, f"关于*大明：{text}")])
    # Neither chose to hear nothing of it in the app.
    listed = await world.rows(WHOSE, await id_of(world, parent))
    assert [row["event"] for row in listed] == ["CARER_REMOVED"] * 2
