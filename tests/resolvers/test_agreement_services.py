"""What a team delivers is counted in the year in which it was promised, and the resident told."""

from datetime import timedelta

import pytest

from domain.refusals import InvalidInput, NotFound, WrongState
from tests.resolvers.practice import Practice, open_practice, refused
from tests.resolvers.world import World, public


@pytest.fixture
async def practice(world: World) -> Practice:
    return await open_practice(world)


async def test_what_is_delivered_is_counted_and_the_resident_told(practice: Practice) -> None:
    key = await practice.signed("B", "E")
    visit = await practice.world.verify(practice.centre, await practice.world.present(practice.resident))
    await practice.serve(key, "年度体检", visit_id=public("V", visit.id, visit.resident_id))
    practice.world.later(days=2)
    earlier = practice.world.now - timedelta(days=1)
    await practice.serve(key, "年度体检", delivered_at=practice.world.now)
    await practice.serve(key, " 年度体检 ", delivered_at=earlier)
    (term,) = await practice.terms(key)
    assert await practice.services(term) == [("年度体检", 1, 3), ("上门随访", 6, 0), ("血压测量", 12, 0)]
    sql = "select last_delivered_at from agreement_service where resident_id = $1 and term_id = $2 and name = '年度体检'"
    assert await practice.world.value(sql, key.resident_id, term["id"]) > earlier
    written = "select visit_id from service_delivery where agreement_id = $1 order by id"
    assert [row["visit_id"] for row in await practice.world.rows(written, key.id)] == [visit.id, None, None]
    assert (await practice.told(key.id)).count("SERVICE_DELIVERED") == 3
    occasions = "select count(distinct args->>'occasion') from outbox where args->>'subject_id' = $1"
    assert await practice.world.value(occasions, str(key.id)) == 3


async def test_what_cannot_have_been_delivered_is_refused(practice: Practice) -> None:
    key, now = await practice.signed(), practice.world.now
    await refused(practice.serve(key, "年度体检"), InvalidInput, "service")  # promised by another package
    await refused(practice.serve(key, " "), InvalidInput, "service")
    await refused(practice.serve(key, delivered_at=now + timedelta(hours=1)), InvalidInput, "delivered_at")
    await refused(practice.serve(key, delivered_at=now - timedelta(days=1)), InvalidInput, "delivered_at")
    stranger, elsewhere = await practice.world.resident(), await practice.world.institution()
    theirs = await practice.world.verify(practice.centre, await practice.world.present(stranger))
    away = await practice.world.verify(elsewhere, await practice.world.present(practice.resident))
    await refused(practice.serve(key, visit_id=public("V", theirs.id, theirs.resident_id)), InvalidInput, "visit_id")
    await refused(practice.serve(key, visit_id=public("V", away.id, away.resident_id)), NotFound, "visit_id")
    await practice.end(key)
    await refused(practice.serve(key), WrongState, "agreement_id")
    (term,) = await practice.terms(key)
    assert await practice.services(term) == [("血压测量", 12, 0), ("上门随访", 2, 0)]
