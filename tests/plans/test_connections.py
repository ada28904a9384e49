"""Connections: pages by cursors, both ways, in orders of several columns and of several types."""

import json
from typing import Any

import pytest

from plans.plan import Connection
from tests.plans.toy import ANN, CLERK, Question, ask, code_of, public

INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
PETS = f"me {{ pets(%s) {{ nodes {{ name }} edges {{ cursor node {{ name }} }} {INFO} }} }}"
NEWEST_FIRST = ["pet 15", "pet 14", "pet 13", "pet 12", "pet 11"]


async def page(toy: Connection, arguments: str, names: list[str], **variables: Any) -> dict[str, Any]:
    """The page, when its parts agree with one another and hold these rows."""
    declared = ", ".join({"c": "$c: String", "n": "$n: Int"}[name] for name in variables)
    signature = f"query({declared})" if declared else ""
    answer: dict[str, Any] = (await ask(toy, f"{signature} {{ {PETS % arguments} }}", **variables))["me"]["pets"]
    assert [node["name"] for node in answer["nodes"]] == names
    assert [edge["node"]["name"] for edge in answer["edges"]] == names
    ends = (answer["edges"][0]["cursor"], answer["edges"][-1]["cursor"]) if names else (None, None)
    info = answer["pageInfo"]
    assert (info["startCursor"], info["endCursor"]) == ends
    return {**info, "more": (info["hasPreviousPage"], info["hasNextPage"])}


async def test_forwards_and_back(toy: Connection) -> None:
    first = await page(toy, "first: 2", NEWEST_FIRST[:2])
    assert first["more"] == (False, True)
    second = await page(toy, "first: $n, after: $c", NEWEST_FIRST[2:4], n=2, c=first["endCursor"])
    assert second["more"] == (True, True)
    third = await page(toy, f'after: "{second["endCursor"]}"', NEWEST_FIRST[4:])
    assert third["more"] == (True, False)
    back = await page(toy, "last: 2, before: $c", NEWEST_FIRST[2:4], c=third["startCursor"])
    assert back["more"] == (True, True)
    assert back["startCursor"] == second["startCursor"]
    start = await page(toy, "last: 2, before: $c", NEWEST_FIRST[:2], c=back["startCursor"])
    assert start["more"] == (False, True)


async def test_the_default_size_and_the_ends(toy: Connection) -> None:
    assert (await page(toy, "first: null", NEWEST_FIRST[:3]))["more"] == (False, True)
    assert (await page(toy, "last: 2", NEWEST_FIRST[3:]))["more"] == (True, False)
    assert (await page(toy, "first: 10", NEWEST_FIRST))["more"] == (False, False)
    assert (await page(toy, "last: 5", NEWEST_FIRST))["more"] == (False, False)
    assert (await page(toy, "first: 0", []))["more"] == (False, True)
    end = (await page(toy, "last: 1", NEWEST_FIRST[4:]))["endCursor"]
    assert (await page(toy, "after: $c", [], c=end))["more"] == (True, False)


async def test_between_two_cursors(toy: Connection) -> None:
    whole = await page(toy, "first: 10", NEWEST_FIRST)
    bounds = f'after: "{whole["startCursor"]}", before: "{whole["endCursor"]}"'
    assert (await page(toy, f"{bounds}, first: 10", NEWEST_FIRST[1:4]))["more"] == (True, False)
    assert (await page(toy, f"{bounds}, last: 2", NEWEST_FIRST[2:4]))["more"] == (True, True)


async def test_filters_hold_on_every_page(toy: Connection) -> None:
    document = """query($s: Species, $w: Int, $id: ID) {
        me { pets(species: $s, filter: { lighter: $w }, id: $id, first: 10) { totalCount nodes { name } } }
    }"""
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, NEWEST_FIRST),
        ({"s": "DOG"}, ["pet 15", "pet 13", "pet 11"]),
        ({"s": "DOG", "w": 5}, ["pet 11"]),
        ({"w": 3}, ["pet 12", "pet 11"]),
        ({"id": public("P", 22, 1)}, ["pet 12"]),
        ({"id": public("P", 22, 2)}, ["pet 12"]),  # the row is sought among Ann's
        ({"id": public("W", 22, 1)}, []),
        ({"id": "x"}, []),
    ]
    for variables, names in cases:
        pets = (await ask(toy, document, **variables))["me"]["pets"]
        assert ([pet["name"] for pet in pets["nodes"]], pets["totalCount"]) == (names, len(names))


async def test_an_order_of_three_columns_and_both_directions(toy: Connection) -> None:
    async def shops(arguments: str) -> list[Any]:
        answer = await ask(toy, f"{{ shops(open: null, {arguments}) {{ edges {{ cursor node {{ code }} }} }} }}")
        return list(answer["shops"]["edges"])

    whole = await shops("first: 7")
    codes = [edge["node"]["code"] for edge in whole]
    assert codes == ["c7", "c8", "c4", "c5", "c6", "c2", "c3"]
    for place, edge in enumerate(whole):
        after = await shops(f'after: "{edge["cursor"]}"')
        assert [e["node"]["code"] for e in after] == codes[place + 1 : place + 4]
        before = await shops(f'before: "{edge["cursor"]}", last: 2')
        assert [e["node"]["code"] for e in before] == codes[max(0, place - 2) : place]


async def test_connections_in_connections(toy: Connection) -> None:
    document = """{ desk { people(first: 2) { totalCount nodes { pets(first: 1) { edges { cursor node {
        owner { name } events(last: 1) { nodes { id } }
    } } } } } } }"""
    people = (await ask(toy, document, CLERK))["desk"]["people"]
    assert people["totalCount"] == 3
    assert [p["pets"]["edges"][0]["node"]["owner"]["name"] for p in people["nodes"]] == ["Ann", "Bo"]


NAMES = [{"name": "pet 15"}, {"name": "pet 14"}]
WEIGHTS = [{"weight": 5}, {"weight": 4}]


@pytest.mark.parametrize(
    ("selection", "answer"),
    [
        ("totalCount", {"totalCount": 5}),
        ("a: totalCount __typename", {"a": 5, "__typename": "PetConnection"}),
        ("pageInfo { hasPreviousPage }", {"pageInfo": {"hasPreviousPage": False}}),
        ("pageInfo { hasNextPage __typename }", {"pageInfo": {"hasNextPage": True, "__typename": "PageInfo"}}),
        ("pageInfo { hasNextPage } pageInfo { p: hasPreviousPage }", {"pageInfo": {"hasNextPage": True, "p": False}}),
        ("edges { __typename }", {"edges": [{"__typename": "PetEdge"}] * 2}),
        (
            "edges { node { name } } edges { n: node { weight } }",
            {"edges": [{"node": NAMES[0], "n": WEIGHTS[0]}, {"node": NAMES[1], "n": WEIGHTS[1]}]},
        ),
        ("a: nodes { name } b: nodes { weight }", {"a": NAMES, "b": WEIGHTS}),
        ("nodes { __typename } nodes { born }", {"nodes": [{"__typename": "Pet", "born": "2010-01-03"}] * 2}),
    ],
)
async def test_parts_by_themselves(toy: Connection, selection: str, answer: Any) -> None:
    given = await ask(toy, f"{{ me {{ pets(first: 2) {{ {selection} }} }} }}")
    assert given == {"me": {"pets": answer}}
    assert json.dumps(given) == json.dumps({"me": {"pets": answer}})


def test_rows_are_counted_only_when_asked() -> None:
    plain, _ = Question("{ me { pets { nodes { name } pageInfo { hasNextPage } } } }").compiled()
    counted, _ = Question("{ me { pets { nodes { name } pageInfo { hasNextPage } totalCount } } }").compiled()
    assert "select count(*)" not in plain.sql
    assert counted.sql.count("select count(*)") == 1


BAD_SIZES = ["first: -1", "first: 11", "last: -1", "last: 11", "first: 1, last: 1"]


@pytest.mark.parametrize("selection", ["nodes { name }", "totalCount", "pageInfo { hasPreviousPage }"])
@pytest.mark.parametrize("arguments", [*BAD_SIZES, 'after: "x"', 'before: ""', 'after: "WyJhIl0", first: 1'])
async def test_bad_pages(toy: Connection, arguments: str, selection: str) -> None:
    assert await code_of(toy, f"{{ me {{ pets({arguments}) {{ {selection} }} }} }}") == "BAD_USER_INPUT"


@pytest.mark.parametrize("variables", [{"n": -1}, {"n": 11}, {"c": "x"}, {"n": 2, "c": "W10"}])
async def test_bad_pages_by_variables(toy: Connection, variables: dict[str, Any]) -> None:
    document = "query($n: Int, $c: String) { me { pets(first: $n, after: $c) { totalCount } } }"
    assert await code_of(toy, document, **variables) == "BAD_USER_INPUT"


async def test_a_plan_that_was_good_once_refuses_bad_values(toy: Connection) -> None:
    document = "query($n: Int, $c: String) { me { pets(last: $n, before: $c) { nodes { name } } } }"
    cursor = (await page(toy, "first: 2", NEWEST_FIRST[:2]))["endCursor"]
    plan, values = Question(document, ANN, {"n": 1, "c": cursor}).compiled()
    assert b"pet 15" in await plan.run(toy, values)
    for name, value in [("n", 99), ("n", -1), ("c", cursor[:-4]), ("c", "")]:
        _, other = Question(document, ANN, {"n": 1, "c": cursor}).compiled()
        other.variables.coerced[name] = value
        with pytest.raises(Exception, match=r"must be from 0 to 10|no cursor of this list"):
            await plan.run(toy, other)


def test_cost_is_known_beforehand_and_grows_with_the_page() -> None:
    """One for each object, times the pages that it stands in; a count is ten."""
    document = "query($n: Int) { me { pets(first: $n) { totalCount nodes { owner { name } } } friends { since } } }"
    for size in (1, 10):
        plan, values = Question(document, ANN, {"n": size}).compiled()
        assert plan.cost.of(values) == 1 + 1 + 10 + size * 2 + 3
    default, values = Question(document, ANN).compiled()
    assert default.cost.of(values) == 1 + 1 + 10 + 3 * 2 + 3
