"""Interfaces, unions, and objects by their ids."""

import json
from typing import Any
from uuid import uuid4

import pytest

from domain.ids import PublicId
from plans.plan import Connection
from tests.plans.toy import ANN, BO, CLERK, GUEST, Question, ask, code_of, public

EVENTS = """
    nodes { __typename id at ... on Walk { km } ... on Meal { food } ... on Node { id } ...P }
    edges { node { ... on Walk { km pet { name } } } } totalCount
"""
PET = "fragment P on Event { pet { name } }"


async def test_an_interface_list_pages_over_all_its_types(toy: Connection) -> None:
    answer = (await ask(toy, f"{{ me {{ events(first: 4) {{ {EVENTS} }} }} }} {PET}"))["me"]["events"]
    assert answer["totalCount"] == 8
    assert [list(node) for node in answer["nodes"]] == [
        ["__typename", "id", "at", "food", "pet"],
        ["__typename", "id", "at", "food", "pet"],
        ["__typename", "id", "at", "km", "pet"],
        ["__typename", "id", "at", "food", "pet"],
    ]
    assert [node["at"][11:] for node in answer["nodes"]] == [
        "20:00:00.25+08:00",
        "17:00:00.25+08:00",
        "16:00:00+08:00",
        "14:00:00.25+08:00",
    ]
    assert [edge["node"] for edge in answer["edges"]] == [{}, {}, {"km": 4, "pet": {"name": "pet 14"}}, {}]


async def test_an_interface_list_below_a_row(toy: Connection) -> None:
    document = "{ me { pets(last: 2) { nodes { name events(first: 9) { nodes { id } } } } } }"
    pets = (await ask(toy, document))["me"]["pets"]["nodes"]
    assert [(pet["name"], len(pet["events"]["nodes"])) for pet in pets] == [("pet 12", 1), ("pet 11", 5)]


async def test_unions(toy: Connection) -> None:
    document = """{ me {
        lastThing { __typename ... on Meal { food } ... on Event { at } }
        things { __typename ... on Walk { km } ... on Node { id } }
    } }"""
    me = (await ask(toy, document))["me"]
    assert me["lastThing"] == {"__typename": "Meal", "food": "fish", "at": "2024-03-01T20:00:00.25+08:00"}
    assert [(thing["__typename"], thing.get("km")) for thing in me["things"]] == [("Meal", None), ("Meal", None), ("Walk", 4)]
    assert list(me["things"][2]) == ["__typename", "km", "id"]


async def test_the_rules_of_a_member_hold_behind_its_interface(toy: Connection) -> None:
    document = "query($id: ID!) { person(id: $id) { lastThing { __typename } events { totalCount nodes { pet { id } } } } }"
    assert (await ask(toy, document, id=public("U", 2)))["person"]["events"]["totalCount"] == 8
    assert (await ask(toy, document, BO, id=public("U", 1)))["person"] is None


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        (public("U", 1), {"__typename": "Person", "id": public("U", 1), "name": "Ann"}),
        (public("U", 2), {"__typename": "Person", "id": public("U", 2), "name": "Bo"}),
        (public("P", 21, 3), {"__typename": "Pet", "id": public("P", 21, 3), "weight": 1}),
        (public("W", 44, 1), {"__typename": "Walk", "id": public("W", 44, 1), "at": "2024-03-01T16:00:00+08:00"}),
        (public("S", 87), {"__typename": "Shop", "id": public("S", 87)}),
        (public("P", 99, 1), None),
        (public("P", 21), None),
        (public("Z", 21), None),
        ("", None),
        ("no id", None),
        ("é" * 44, None),
    ],
)
async def test_node(toy: Connection, id: str, answer: Any) -> None:
    selection = "__typename ... on Node { id } ... on Person { name } ... on Pet { weight } ... on Event { at }"
    assert await ask(toy, f"query($id: ID!) {{ node(id: $id) {{ {selection} }} }}", id=id) == {"node": answer}
    assert await ask(toy, f'{{ node(id: "{id}") {{ {selection} }} }}') == {"node": answer}


async def test_node_of_somebody_elses(toy: Connection) -> None:
    document = "query($id: ID!) { node(id: $id) { id } }"
    assert await ask(toy, document, BO, id=public("P", 21, 1)) == {"node": None}
    assert await ask(toy, document, GUEST, id=public("P", 21, 1)) == {"node": None}
    assert await ask(toy, document, GUEST, id=public("S", 81)) == {"node": {"id": public("S", 81)}}


MIXED = [
    public("S", 81),
    "bad",
    public("P", 22, 1),
    public("P", 22, 1),
    public("E", 61, 2),
    PublicId("P", uuid4(), uuid4()).encode(),
]


@pytest.mark.parametrize(
    ("signature", "ids", "given"),
    [
        ("query($ids: [ID!]!)", "$ids", {"ids": MIXED}),
        ('query($a: ID!, $b: ID = "x")', json.dumps(MIXED).replace(f'"{MIXED[0]}"', "$a").replace('"bad"', "$b"), {"a": MIXED[0]}),
        ("query", json.dumps(MIXED), {}),
    ],
)
async def test_nodes(toy: Connection, signature: str, ids: str, given: dict[str, Any]) -> None:
    document = f"{signature} {{ nodes(ids: {ids}) {{ id ... on Pet {{ name }} ... on Meal {{ pet {{ name }} }} }} }}"
    pet = {"id": public("P", 22, 1), "name": "pet 12"}
    meal = {"id": public("E", 61, 2), "pet": {"name": "pet 21"}}
    assert await ask(toy, document, **given) == {"nodes": [{"id": public("S", 81)}, None, pet, pet, meal, None]}


async def test_nodes_takes_a_single_id_and_none(toy: Connection) -> None:
    assert await ask(toy, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=public("S", 81)) == {
        "nodes": [{"id": public("S", 81)}]
    }
    assert await ask(toy, "{ nodes(ids: []) { id } }") == {"nodes": []}
    assert await ask(toy, f'{{ nodes(ids: ["x", "{"A" * 44}"]) {{ id }} }}') == {"nodes": [None, None]}


async def test_nodes_are_bounded(toy: Connection) -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert len((await ask(toy, document, ids=["x"] * 10))["nodes"]) == 10
    assert await code_of(toy, document, ids=["x"] * 11) == "BAD_USER_INPUT"


async def test_what_is_read_of_others_is_recorded(toy: Connection) -> None:
    document = """query($a: ID!, $b: [ID!]!) {
        me { pets { nodes { name } } friends { person { name } } }
        node(id: $a) { id } nodes(ids: $b) { id ... on Pet { owner { id } } }
    }"""
    await ask(toy, document, a=public("W", 41, 3), b=[public("P", 21, 1), public("P", 21, 2), public("P", 21, 77), public("S", 81)])
    seen = [tuple(row) for row in await toy.fetch("select * from toy.seen order by 1")]  # type: ignore[attr-defined]  # asyncpg has it
    kinds = ["EVENT", "PERSON", "PET"]
    assert [(str(resident)[-1], viewer, recorded) for resident, viewer, recorded in seen] == [
        ("2", "PERSON 1", kinds),
        ("3", "PERSON 1", kinds),
    ]


@pytest.mark.parametrize(
    "document",
    [
        "{ me { name oldest { name owner { name } } pets { edges { node { events { nodes { id } } } } } } }",
        "{ person { events { nodes { pet { name } } } things { ... on Walk { km } } } }",
        f'{{ node(id: "{public("P", 21, 1)}") {{ id ... on Pet {{ owner {{ name }} }} }} }}',
        f'{{ node(id: "{public("P", 21, 4)}") {{ id }} }}',
        "{ shops { nodes { id } } serverTime }",
    ],
)
async def test_what_is_ones_own_is_not_recorded(toy: Connection, document: str) -> None:
    await ask(toy, document)
    assert await toy.fetchval("select count(*) from toy.seen") == 0


async def test_only_what_may_be_anothers_names_its_kind(toy: Connection) -> None:
    await ask(toy, "{ me { pets { nodes { id } } friends { person { name } } } }")
    assert await toy.fetchval("select kinds from toy.seen where resident_id = toy.n(2)") == ["PERSON"]


async def test_only_the_rows_of_the_page_are_recorded(toy: Connection) -> None:
    """One row more is read to know whether there is another page; it leaves nothing behind."""
    await ask(toy, "{ desk { people(first: 2) { nodes { name } pageInfo { hasNextPage } } } }", CLERK)
    assert await toy.fetchval("select array_agg(resident_id order by 1) = array[toy.n(1), toy.n(2)] from toy.seen")


def test_the_dearest_type_counts() -> None:
    """A cheap branch with many parts does not hide a dear one with few."""
    document = """query($ids: [ID!]!) { nodes(ids: $ids) {
        ... on Walk { a: pet { id } b: pet { id } c: pet { id } d: pet { id } e: pet { id } f: pet { id } }
        ... on Person { pets(first: 10) { nodes { events(first: 10) { nodes { id } } } } }
    } }"""
    plan, values = Question(document, ANN, {"ids": [public("W", 41, 1), public("U", 1)]}).compiled()
    assert plan.cost.of(values) == 1 + 2 * (1 + 10 * (1 + 10))
