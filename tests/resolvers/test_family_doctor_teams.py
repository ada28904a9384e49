"""Teams of family doctors: published by their institution, matched by its codes, never smaller than what is taken."""

from decimal import Decimal
from typing import Any

import pytest

from domain.refusals import Conflict, Forbidden, InvalidInput, NotFound, Refusal
from tests.resolvers.practice import BASIC, ELDERLY, Practice, open_practice
from tests.resolvers.world import World, public


@pytest.fixture
async def practice(world: World) -> Practice:
    return await open_practice(world)


async def offered(practice: Practice) -> list[tuple[Any, ...]]:
    """(code, name, fee, services) of what the team offers."""
    sql = (
        "select p.code, p.name, p.annual_fee, array_agg(s.name || '×' || s.promised order by s.position) as services"
        " from family_doctor_package p join promised_service s on s.package_id = p.id"
        " where p.team_id = $1 and p.offered group by p.id order by p.code"
    )
    return [tuple(row.values()) for row in await practice.world.rows(sql, practice.team)]


async def team(practice: Practice) -> dict[str, Any]:
    (row,) = await practice.world.rows("select * from family_doctor_team where id = $1", practice.team)
    return dict(row)


async def audited(practice: Practice) -> int:
    sql = "select count(*) from audit where subject_id = $1 and action = 'family_doctor_team.published' and object_id = $2"
    count: int = await practice.world.value(sql, practice.centre.institution_id, practice.team)
    return count


async def test_it_is_there_with_what_it_offers(practice: Practice) -> None:
    row = await team(practice)
    assert (row["institution_id"], row["leader_id"]) == (practice.centre.institution_id, practice.hospital.doctors["M1"])
    assert (row["code"], row["name"], row["capacity"], row["taken"], row["email"]) == ("T1", "李慧团队", 10, 2, None)
    assert await offered(practice) == [
        ("B", "基础服务包", 0, ["年度体检×1", "上门随访×4"]),
        ("E", "老年人服务包", 12_000, ["血压测量×12", "上门随访×2"]),
    ]


async def test_the_same_again_changes_nothing(practice: Practice) -> None:
    before, said = await team(practice), await audited(practice)
    assert await practice.publish(packages=[ELDERLY, BASIC]) == practice.team
    assert (await team(practice), await audited(practice)) == (before, said)


async def test_what_is_given_anew_replaces_what_was(practice: Practice) -> None:
    changed = {**BASIC, "name": "基础包", "annual_fee": Decimal("9.90"), "services": [{"name": "血压测量", "promised": 2}]}
    family = {**ELDERLY, "code": "F", "name": "家庭服务包"}
    leader = public("H", practice.hospital.doctors["M2"])
    changes: dict[str, Any] = {"name": "王强团队", "leader_id": leader, "capacity": 3, "email": " team@example.org "}
    assert await practice.publish(packages=[changed, family], **changes) == practice.team
    assert await offered(practice) == [
        ("B", "基础包", 990, ["血压测量×2"]),
        ("F", "家庭服务包", 12_000, ["血压测量×12", "上门随访×2"]),
    ]
    row = await team(practice)
    assert (row["name"], row["capacity"], row["taken"], row["email"]) == ("王强团队", 3, 2, "team@example.org")
    assert row["leader_id"] == practice.hospital.doctors["M2"]
    # One that comes back is the one that it was.
    await practice.publish(packages=[BASIC, ELDERLY])
    sql = "select code, id from family_doctor_package where team_id = $1 and offered"
    found = {row["code"]: row["id"] for row in await practice.world.rows(sql, practice.team)}
    assert found == dict(practice.packages)
    assert (await team(practice))["email"] == "team@example.org"
    await practice.publish(email=None)
    assert (await team(practice))["email"] is None


async def test_nobody_loses_a_place(practice: Practice) -> None:
    await practice.publish(capacity=2)
    with pytest.raises(Conflict) as refused:
        await practice.publish(capacity=1)
    assert refused.value.field == ("capacity",)
    assert (await team(practice))["capacity"] == 2


BAD: list[tuple[dict[str, Any], type[Refusal], tuple[str, ...]]] = [
    ({"capacity": 0}, InvalidInput, ("capacity",)),
    ({"code": " "}, InvalidInput, ("code",)),
    ({"name": "团" * 101}, InvalidInput, ("name",)),
    ({"email": "nobody"}, InvalidInput, ("email",)),
    ({"email": "a b@example.org"}, InvalidInput, ("email",)),
    ({"leader_id": "x"}, NotFound, ("leader_id",)),
    ({"packages": []}, InvalidInput, ("packages",)),
    ({"packages": [BASIC, {**ELDERLY, "code": " B "}]}, InvalidInput, ("packages", "1", "code")),
    ({"packages": [BASIC, {**ELDERLY, "name": ""}]}, InvalidInput, ("packages", "1", "name")),
    ({"packages": [{**ELDERLY, "annual_fee": Decimal("-1")}]}, InvalidInput, ("packages", "0", "annual_fee")),
    ({"packages": [{**ELDERLY, "annual_fee": Decimal("0.001")}]}, InvalidInput, ("packages", "0", "annual_fee")),
    (
        {"packages": [{**ELDERLY, "services": [{"name": " ", "promised": 1}]}]},
        InvalidInput,
        ("packages", "0", "services", "0", "name"),
    ),
]


@pytest.mark.parametrize(("changes", "refusal", "field"), BAD)
async def test_what_is_wrong_is_refused(
    practice: Practice, changes: dict[str, Any], refusal: type[Refusal], field: tuple[str, ...]
) -> None:
    before = await team(practice)
    with pytest.raises(refusal) as refused:
        await practice.publish(**changes)
    assert (refused.value.field, await team(practice)) == (field, before)


async def test_only_the_institution_and_its_own_doctors(practice: Practice) -> None:
    elsewhere = await open_practice(practice.world)
    with pytest.raises(NotFound) as refused:
        await practice.publish(leader_id=public("H", elsewhere.hospital.doctors["M1"]))
    assert refused.value.field == ("leader_id",)
    with pytest.raises(Forbidden):
        await practice.publish(by=practice.resident)
    assert elsewhere.team != practice.team  # of the same code
