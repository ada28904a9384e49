"""A toy schema with its mapping, for tests of the compiler alone: nothing of the card is in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import GraphQLError, OperationDefinitionNode, build_schema, get_variable_values, parse, validate
from graphql.execution.values import VariableValues

from domain.ids import PublicId
from plans.collect import Collector
from plans.mapping import (
    Column,
    Computed,
    Edge,
    Embedded,
    Made,
    Many,
    Namespace,
    NodeById,
    NodesByIds,
    Order,
    Own,
    Provided,
    Reading,
    Request,
    Rule,
    SchemaMapping,
    TypeMapping,
)
from plans.mapping import Source as Field
from plans.plan import Connection, Plan, Source, compile_query, fragments_of
from plans.values import Values

SQL = (Path(__file__).parent / "toy.sql").read_text("utf-8")
SDL = (Path(__file__).parent / "toy.graphql").read_text("utf-8")


def number(n: int) -> UUID:
    """The ids that toy.sql gives."""
    return UUID(f"00000000-0000-7000-8000-{n:012}")


def public(letter: str, n: int, person: int | None = None) -> str:
    """A public id of the toy."""
    return PublicId(letter, number(n), None if person is None else number(person)).encode()


OF_PERSON = {"resident_id": "{owner}"}
LATEST = Order(("at", "key"), ("timestamptz", "uuid"), descending=True)
KEY = Order(("key",), ("uuid",))
IS_FRIEND = "exists (select from toy.friend_row f where f.resident_id = {viewer.resident_id} and f.other_id = {owner})"
IS_CLOSE = IS_FRIEND[:-1] + " and f.close)"
EVERYONE = Rule({"GUEST": "true", "PERSON": "true", "CLERK": "true"})
THEIRS = Rule({"PERSON": Own(IS_FRIEND), "CLERK": "true"})


def columns(*names: str) -> dict[str, Column]:
    return {name: Column(name) for name in names}


def event(name: str, letter: str, *more: str) -> TypeMapping:
    pet = Edge("Pet", on={**OF_PERSON, "key": "{p}.pet_id"})
    sources: dict[str, Field] = {**columns("id", "at", *more), "pet": pet}
    return TypeMapping(name, name.lower(), letter, owned=True, kind="EVENT", rule=THEIRS, sources=sources)


EVENTS = TypeMapping("Event", "event", owned=True, rule=THEIRS, members={"walk": "Walk", "meal": "Meal"})

PERSON = TypeMapping(
    "Person",
    "person",
    "U",
    owned=True,
    kind="PERSON",
    rule=Rule(
        {"PERSON": Own(IS_FRIEND), "CLERK": "true"},
        {"PERSON": {"phone": Own(IS_CLOSE), "home": Own(IS_CLOSE), "pets": Own(IS_CLOSE)}},
    ),
    field_scopes={"phone": (("phones", "people"), ("everything",))},
    sources={
        **columns("id", "name", "phone"),
        "me": Computed("({t}.key is not distinct from {viewer.resident_id})"),
        "home": Embedded("street"),
        "oldest": Edge("Pet", on=OF_PERSON, order=Order(("born", "key"), ("date", "uuid"))),
        "friends": Edge("Friend", many=Many.LIST, on=OF_PERSON, order=KEY),
        "pets": Edge(
            "Pet",
            many=Many.CONNECTION,
            on=OF_PERSON,
            order=Order(("born", "key"), ("date", "uuid"), descending=True),
            where={"species": "{t}.species = {value}", "filter.lighter": "{t}.weight < {value}", "id": "{t}.key = {value}"},
            ids={"id": "Pet"},
        ),
        "events": Edge("Event", many=Many.CONNECTION, on=OF_PERSON, order=LATEST),
        "lastThing": Edge("Thing", on=OF_PERSON, order=LATEST),
        "things": Edge("Thing", many=Many.LIST, on=OF_PERSON, order=LATEST, always="{t}.at > timestamptz '2024-03-01 15:00+08'"),
    },
)

TYPES = [
    PERSON,
    TypeMapping("Home", rule=EVERYONE, embedded={"street": "{c}", "town": "'Toytown'"}, field_scopes={"town": (("towns",),)}),
    TypeMapping(
        "Friend",
        "friend",
        owned=True,
        rule=Rule({"PERSON": Own()}),
        sources={
            **columns("since"),
            "person": Edge(
                "Person", on={"resident_id": "{p}.other_id"}, when="{p}.since > date '2020-01-01'", narrow={"name": "{p}.close"}
            ),
        },
    ),
    TypeMapping(
        "Pet",
        "pet",
        "P",
        owned=True,
        kind="PET",
        rule=THEIRS,
        sources={
            **columns("id", "name", "species", "weight", "tags", "born"),
            "owner": Edge("Person", on=OF_PERSON),
            "events": Edge("Event", many=Many.CONNECTION, on={**OF_PERSON, "pet_id": "{p}.key"}, order=LATEST),
        },
    ),
    EVENTS,
    TypeMapping("Thing", "event", owned=True, rule=THEIRS, members=EVENTS.members),
    event("Walk", "W", "km"),
    event("Meal", "E", "food"),
    TypeMapping("Shop", "shop", "S", rule=EVERYONE, sources=columns("id", "code", "name", "open")),
    TypeMapping(
        "Desk",
        rule=Rule({"CLERK": "true"}),
        sources={
            "people": Edge("Person", many=Many.CONNECTION, order=KEY),
            "shops": Edge("Shop", many=Many.LIST, order=KEY, always="not {t}.open"),
        },
    ),
    TypeMapping(
        "Query",
        field_scopes={"me": (("authenticated",),), "desk": (("desk",),)},
        sources={
            "me": Edge("Person", on={"resident_id": "{viewer.resident_id}"}),
            "person": Edge("Person", on={"resident_id": "{viewer.resident_id}"}, by_id="id"),
            "shop": Edge("Shop", on={"key": "{viewer.shop_id}"}, by_id="id"),
            "shops": Edge(
                "Shop",
                many=Many.CONNECTION,
                order=Order(("rank", "code", "key"), ("int", "text", "uuid")),
                where={"open": "{t}.open = {value}", "filter.text": "strpos({t}.name, {value}) > 0"},
            ),
            "node": NodeById(),
            "nodes": NodesByIds(),
            "desk": Namespace("Desk"),
            "serverTime": Provided("server_time"),
        },
    ),
    TypeMapping(
        "AddPetPayload",
        sources={
            "pet": Made("Pet", name="new_pet"),
            "pets": Made("Pet", Many.LIST, "all_pets"),
            "shop": Made("Shop", name="shop"),
            "code": Provided("code"),
        },
    ),
]

READING = Reading(
    "with q as materialized ({query}), s as (insert into toy.seen select distinct x::uuid, {viewer.name}::text, {kinds}"
    " from q, unnest(string_to_array(q.residents, ',')) x where x <> '' and x::uuid is distinct from {viewer.resident_id}::uuid)"
    " select answer from q"
)
SOURCE = Source(build_schema(SDL), SchemaMapping({t.name: t for t in TYPES}, READING, "toy", page_default=3, page_maximum=10))


def request(kind: str, *scopes: str, person: int | None = None, shop: int | None = None) -> Request:
    """Who asks."""
    viewer = {
        "name": f"{kind} {person}",
        "resident_id": None if person is None else number(person),
        "shop_id": None if shop is None else number(shop),
    }
    return Request(kind, frozenset(scopes), viewer, {"server_time": "2024-03-02T00:00:00+08:00"})


GUEST = request("GUEST")
ANN = request("PERSON", "authenticated", "everything", "towns", person=1)
BO = request("PERSON", "authenticated", person=2)
CLERK = request("CLERK", "authenticated", "desk", "phones", "people", "towns", shop=82)


@dataclass(slots=True)
class Question:
    """A document, parsed, valid and with its variables, as a viewer asks it."""

    text: str
    viewer: Request = ANN
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None

    def compiled(self, *, tagged: bool = False) -> tuple[Plan, Values]:
        """Its plan and the values to bind. Raises GraphQLError."""
        document = parse(self.text)
        errors = validate(SOURCE.schema, document)
        assert not errors, errors
        node = next(
            d
            for d in document.definitions
            if isinstance(d, OperationDefinitionNode) and (self.operation in (None, d.name.value if d.name else None))
        )
        coerced = get_variable_values(SOURCE.schema, node.variable_definitions or (), dict(self.variables))
        assert isinstance(coerced, VariableValues), coerced
        values = Values(coerced, self.viewer)
        collector = Collector(SOURCE.schema, fragments_of(document), coerced)
        return compile_query(SOURCE, collector, node.selection_set, values, tagged), values


async def ask(connection: Connection, text: str, viewer: Request = ANN, operation: str | None = None, /, **variables: Any) -> Any:
    """The answer's data. Raises GraphQLError."""
    plan, values = Question(text, viewer, variables, operation).compiled()
    return json.loads(await plan.run(connection, values))


async def code_of(connection: Connection, text: str, viewer: Request = ANN, /, **variables: Any) -> str:
    """The code with which the question is refused."""
    try:
        answer = await ask(connection, text, viewer, **variables)
    except GraphQLError as error:
        return str((error.extensions or {}).get("code"))
    raise AssertionError(f"Answered: {answer}")
