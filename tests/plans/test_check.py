"""The check at start-up finds what is wrong between views and mapping, and says all of it in one sentence."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from db.connection import Connection
from plans.check import MappingError, check_mapping
from plans.mapping import Column, Computed, Edge, Embedded, Many, Namespace, Order, Own, Pointer, Rule
from plans.plan import Source
from tests.plans.toy import KEY, SOURCE


def broken(type_name: str, **changes: Any) -> Source:
    """The toy with one type mapped otherwise; `sources` are added to those it has."""
    types = SOURCE.mapping.types
    mapping = types[type_name]
    if "sources" in changes:
        changes["sources"] = {**mapping.sources, **changes["sources"]}
    return replace(SOURCE, mapping=replace(SOURCE.mapping, types={**types, type_name: replace(mapping, **changes)}))


def without(of: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in of.items() if key != name}


async def test_the_toy_is_well_mapped(toy: Connection) -> None:
    await check_mapping(toy, SOURCE)


BY_NAME = Order(("name",), ("text",))
BY_AGE = Order(("age", "key"), ("int", "uuid"))


def pets(**changes: Any) -> Source:
    """The toy with another edge from a person to their pets."""
    edge = SOURCE.mapping.types["Person"].sources["pets"]
    assert isinstance(edge, Edge)
    return broken("Person", sources={"pets": replace(edge, **changes)})


def owner(**edge: Any) -> Source:
    """The toy with another edge from a pet to its owner."""
    return broken("Pet", sources={"owner": Edge("Person", **edge)})


def pointer(letter: str, column: str) -> Pointer:
    """To what the row says by itself."""
    return Pointer(frozenset(letter), column, "resident_id", "key")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (broken("Shop", view="shoop"), "Shop has no view shoop"),
        (broken("Shop", owned=True), "the view shop has no column resident_id"),
        (broken("Shop", members={"x": "Shop"}), "the view shop has no column kind"),
        (broken("Event", members={"x": "Desk"}), "Event has the member Desk, which has no view"),
        (broken("Shop", rule=Rule({})), "Shop has no rule"),
        (broken("Shop", rule=Rule({"GUEST": "{t}.secret"})), "Shop's rule speaks of {t}.secret, which is no column"),
        (broken("Pet", rule=Rule({"PERSON": Own("{t}.secret")})), "Pet's rule speaks of {t}.secret, which is no column"),
        (broken("Shop", rule=Rule({"GUEST": "true"}, {"GUEST": {"x": "true"}})), "Shop's rule names x, which is no field"),
        (broken("Pet", kind=None), "others may read Pet, and it has no kind for the access log"),
        (broken("Shop", letter="P"), "more than one type has the letter P"),
        (broken("Shop", letter="PQ"), "'PQ' is no letter for ids"),
        (broken("Shop", letter=None), "Shop.id has no source"),
        (broken("Shop", sources={"name": Column("title")}), "Shop.name has no column title"),
        (broken("Shop", sources={"name": Column("rank")}), "Shop.name is String!, and its column integer"),
        (broken("Shop", sources={"open": Column("name")}), "Shop.open is Boolean!, and its column text"),
        (broken("Pet", sources={"tags": Column("name")}), "Pet.tags is [String!]!, and its column text"),
        (broken("Pet", sources={"name": Column("tags")}), "Pet.name is String!, and its column text[]"),
        (broken("Pet", sources={"species": Column("weight")}), "Pet.species is Species!, and its column integer"),
        (broken("Query", sources={"serverTime": Column("now")}), "Query.serverTime has no column now"),
        (broken("Shop", sources={"title": Column("name")}), "Shop.title is no field"),
        (broken("Person", sources={"home": Embedded("house")}), "Person.home has no column house"),
        (broken("Person", sources={"me": Computed("{t}.age > 1")}), "Person.me speaks of {t}.age, which is no column"),
        (broken("Query", sources={"desk": Namespace("Desc")}), "Query.desk leads to Desc, which is no type"),
        (broken("Pet", sources={"owner": pointer("U", "x")}), "Pet.owner points by x, which is no column"),
        (broken("Pet", sources={"owner": pointer("Q", "name")}), "Pet.owner points to Q, which is no resident's type"),
        (broken("Pet", sources={"owner": Edge("Home")}), "Pet.owner leads to Home, which has no view"),
        (owner(on={"id2": "{p}.key"}), "Pet.owner leads by id2, which Person does not have"),
        (owner(on={"key": "{p}.owner"}), "Pet.owner speaks of {p}.owner, which is no column"),
        (pets(where_true={"age": "true"}), "Person.pets has no argument age"),
        (owner(where_true={"x": "{t}.x"}), "Pet.owner speaks of {t}.x, which is no column"),
        (owner(always="{t}.x"), "Pet.owner speaks of {t}.x, which is no column"),
        (owner(when="{p}.x"), "Pet.owner speaks of {p}.x, which is no column"),
        (owner(narrow={"x": "true"}), "Pet.owner narrows x, which Person does not have"),
        (owner(order=BY_AGE), "Pet.owner is in the order of age as int, which Person does not have"),
        (pets(order=None), "Person.pets is a connection whose order does not end with the key"),
        (pets(order=BY_NAME), "Person.pets is a connection whose order does not end with the key"),
        (pets(where={"x": "true"}), "Person.pets has no argument x"),
        (pets(where={"filter.x": "true"}), "Person.pets has no argument filter.x"),
        (pets(ids={"id": "Friend"}), "Person.pets takes an id of Friend, which has none"),
        (broken("Query", sources={"me": Edge("Person", by_id="id")}), "Query.me has no argument id"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said(toy: Connection, source: Source, problem: str) -> None:
    with pytest.raises(MappingError) as refused:
        await check_mapping(toy, source)
    found = str(refused.value).removeprefix("The database's views are not as the schema says: ").removesuffix(".").split("; ")
    assert problem in found


async def test_a_field_without_a_source_is_said(toy: Connection) -> None:
    types = SOURCE.mapping.types
    shop = replace(types["Shop"], sources=without(types["Shop"].sources, "name"))
    with pytest.raises(MappingError, match=r"Shop\.name has no source"):
        await check_mapping(toy, replace(SOURCE, mapping=replace(SOURCE.mapping, types={**types, "Shop": shop})))


async def test_all_of_it_is_said_at_once(toy: Connection) -> None:
    rule = Rule({"GUEST": "{t}.x"})
    two = broken("Shop", rule=rule, sources={"name": Column("x"), "code": Edge("Home", many=Many.LIST, order=KEY)})
    with pytest.raises(
        MappingError, match=r"Shop\.code leads to Home.*; Shop\.name has no column x|Shop\.name has no column x; Shop\.code"
    ):
        await check_mapping(toy, two)
