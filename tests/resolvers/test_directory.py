"""An institution publishes its departments and doctors: matched by its own codes, and nobody else's."""

import asyncio
from typing import Any

import pytest

from domain.refusals import Forbidden, InvalidInput, NotFound
from domain.viewer import Viewer
from resolvers import directory
from tests.resolvers.hospital import DEPARTMENTS, DOCTORS, publish
from tests.resolvers.world import World

DEPARTMENT = {"code": "D9", "name": "外科"}
DOCTOR = DOCTORS[0]


async def departments(world: World, hospital: Viewer) -> dict[str, Any]:
    rows = await world.rows("select * from department where institution_id = $1", hospital.institution_id)
    return {row["code"]: row for row in rows}


async def doctors(world: World, hospital: Viewer) -> dict[str, Any]:
    rows = await world.rows("select * from doctor where institution_id = $1", hospital.institution_id)
    return {row["code"]: row for row in rows}


async def times_audited(world: World, hospital: Viewer) -> Any:
    sql = "select count(*) from audit where subject_id = $1 and action = 'directory.published'"
    return await world.value(sql, hospital.institution_id)


async def test_a_directory_is_published_and_again_changes_nothing(world: World) -> None:
    hospital, other = await world.institution(), await world.institution()
    await publish(world, other)
    ids = await publish(world, hospital)
    found, staff = await departments(world, hospital), await doctors(world, hospital)
    assert ids == [found["D1"]["id"], found["D2"]["id"]]
    assert [found[code]["name"] for code in ("D1", "D2")] == ["心内科", "儿科"]
    assert staff["M2"]["department_id"] == found["D2"]["id"]
    assert (staff["M2"]["name"], staff["M2"]["title"], staff["M2"]["speciality"]) == ("王强", "副主任医师", "小儿哮喘")
    assert staff["M1"]["speciality"] is None
    assert await publish(world, hospital) == ids
    assert (await departments(world, hospital), await doctors(world, hospital)) == (found, staff)
    assert await times_audited(world, hospital) == 1
    assert not set(ids) & {row["id"] for row in (await departments(world, other)).values()}


async def test_what_is_left_out_stays_and_what_is_named_changes(world: World) -> None:
    hospital, other = await world.institution(), await world.institution()
    for one in (hospital, other):
        await publish(world, one)
    before, elsewhere = await doctors(world, hospital), await doctors(world, other)
    moved = {"code": "M2", "name": "王强强", "title": "主任医师", "department_code": "D9"}
    ids = await publish(world, hospital, [DEPARTMENT], [moved])
    found, staff = await departments(world, hospital), await doctors(world, hospital)
    assert ids == [found["D9"]["id"]]
    assert set(found) == {"D1", "D2", "D9"}
    assert staff["M1"] == before["M1"]
    assert staff["M2"] == {**before["M2"], "name": "王强强", "title": "主任医师", "department_id": found["D9"]["id"]}
    assert await doctors(world, other) == elsewhere


async def test_an_empty_speciality_is_none_and_one_that_is_left_out_stays(world: World) -> None:
    hospital = await world.institution()
    await publish(world, hospital)
    await publish(world, hospital, [], [{**DOCTORS[1], "speciality": None}])
    assert (await doctors(world, hospital))["M2"]["speciality"] is None


async def test_what_is_not_active_is_hidden_until_it_is_published_again(world: World) -> None:
    hospital = await world.institution()
    await publish(world, hospital)
    await publish(world, hospital, [{**DEPARTMENTS[0], "active": False}], [{**DOCTORS[1], "active": False}])
    found, staff = await departments(world, hospital), await doctors(world, hospital)
    assert [found[code]["active"] for code in ("D1", "D2")] == [False, True]
    assert [staff[code]["active"] for code in ("M1", "M2")] == [True, False]
    await publish(world, hospital)
    assert all(
        row["active"] for row in [*(await departments(world, hospital)).values(), *(await doctors(world, hospital)).values()]
    )


async def test_doctors_alone_bring_their_departments_into_the_answer(world: World) -> None:
    hospital = await world.institution()
    first, second = await publish(world, hospital)
    assert await publish(world, hospital, [], DOCTORS) == sorted([first, second])
    assert await publish(world, hospital, DEPARTMENTS[1:], DOCTORS) == [second, first]


async def test_many_at_once_add_each_code_once(world: World) -> None:
    hospital = await world.institution()
    answers = await asyncio.gather(*(publish(world, hospital) for _ in range(12)))
    assert len({tuple(ids) for ids in answers}) == 1
    assert len(await departments(world, hospital)) == len(await doctors(world, hospital)) == 2
    assert await times_audited(world, hospital) == 1


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        ({"departments": [DEPARTMENT, {**DEPARTMENT, "code": " D9 "}]}, InvalidInput, ("departments", "1", "code")),
        ({"departments": [{**DEPARTMENT, "code": ""}]}, InvalidInput, ("departments", "0", "code")),
        ({"departments": [{**DEPARTMENT, "name": "x" * 101}]}, InvalidInput, ("departments", "0", "name")),
        ({"departments": [{"code": str(n), "name": "x"} for n in range(201)]}, InvalidInput, ("departments",)),
        ({"doctors": [DOCTOR, DOCTOR]}, InvalidInput, ("doctors", "1", "code")),
        ({"doctors": [{**DOCTOR, "title": " "}]}, InvalidInput, ("doctors", "0", "title")),
        ({"doctors": [{**DOCTOR, "speciality": "x" * 501}]}, InvalidInput, ("doctors", "0", "speciality")),
        ({"doctors": [DOCTOR, {**DOCTOR, "code": "M9", "department_code": "D404"}]}, NotFound, ("doctors", "1", "department_code")),
        ({"doctors": [{**DOCTOR, "code": str(n)} for n in range(1_001)]}, InvalidInput, ("doctors",)),
    ],
)
async def test_what_is_no_directory_is_refused_whole(
    world: World, given: dict[str, Any], refusal: type[Exception], field: tuple[str, ...]
) -> None:
    hospital = await world.institution()
    await publish(world, hospital)
    before = await departments(world, hospital), await doctors(world, hospital)
    with pytest.raises(refusal) as refused:
        await world.change(directory.publish_directory, hospital, **{"departments": [], "doctors": [], **given})
    assert refused.value.field == field  # type: ignore[attr-defined]  # every refusal has one
    assert (await departments(world, hospital), await doctors(world, hospital)) == before


async def test_only_an_institution_publishes(world: World) -> None:
    with pytest.raises(Forbidden):
        await publish(world, await world.resident())
