"""Documents over the whole schema, with whatever the language has, as hypothesis draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

from domain.viewer import Viewer
from tests.plans.reading.city import City
from tests.plans.reading.routes import Step, routes
from tests.plans.reading.scopes import covered
from tests.plans.reading.values import Choices, Drawn, Values, known

PAGING = ("first", "after", "last", "before")
DEPTH, ITEMS = 6, 45


@dataclass(frozen=True, slots=True)
class Asked:
    """A document, which of its operations, with which variables."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None


class Client:
    """Who asks: what is known there, which fields the scopes cover, and which ways lead on."""

    def __init__(self, schema: GraphQLSchema, city: City, viewer: Viewer) -> None:
        self.schema, self.viewer, self.known = schema, viewer, known(city, viewer)
        self.routes = routes(schema, self.covers)
        self.readable = [name for name in self.known.ids if self.covers(name, "id")]

    def covers(self, type_name: str, field: str) -> bool:
        """Whether the scopes cover the field."""
        return covered(self.viewer, type_name, field)


@dataclass(slots=True)
class Writer:
    """Writes one operation. `keys`: response key → what it stands for in the whole document, so that fields of equal keys always
    merge. `left`: how many items may still be written. `careless`: whether scopes don't count."""

    random: Choices
    client: Client
    values: Values
    careless: bool = False
    left: int = ITEMS
    fragments: list[tuple[str, str, str]] = field(default_factory=list)  # name, type, selection
    keys: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def operation(self, name: str, toward: Step | None = None) -> str:
        """A whole operation with its fragments. `toward`: a step that it takes; some step or none when it is left to chance."""
        root = self.client.schema.query_type
        if root is None:
            raise ValueError("The schema has no queries.")
        selection = self.selection(root, DEPTH, self.route(root.name, toward) or None)
        variables = f"({', '.join(self.values.declared)})" if self.values.declared else ""
        head = f"query {name}{variables} " if name or variables else self.random.one(["", "query "])
        fragments = "".join(f" fragment {fragment} on {on} {text}" for fragment, on, text in self.fragments)
        return f"{head}{selection}{fragments}"

    def route(self, root: str, toward: Step | None) -> list[Step]:
        """A way to the step, or no way at all: then what is written is left to chance alone."""
        path = [toward] if toward else [] if self.random.chance(5) else [self.random.one(self.client.routes.steps)]
        while path and path[0][0] != root:
            at, distances = path[0][0], self.client.routes.distances
            near = [step for step in self.client.routes.to[at] if distances[step[0]] < distances[at]]
            path.insert(0, self.random.one(near if len(path) > 3 or self.random.chance(2) else self.client.routes.to[at]))
        return path

    def selection(self, on: GraphQLNamedType, depth: int, path: Sequence[Step] | None = None) -> str:
        """What is asked of an object. On a path: the next step and little else, at its end much."""
        if path is None:
            items = [self.item(on, depth) for _ in range(self.random.number(5) + 1)]
        else:
            items = [self.item(on, depth) for _ in range(self.random.number(3) if path else self.random.number(8) + 1)]
            items += [self.step(on, path)] if path else []
        return f"{{ {' '.join(items)} }}"

    def step(self, on: GraphQLNamedType, path: Sequence[Step]) -> str:
        _, name, target = path[0]
        fields: dict[str, GraphQLField] = getattr(on, "fields", {})
        named = self.client.schema.type_map[target]
        head = self.head(fields[name], name, named)
        if not is_composite_type(named):
            return head
        below = self.selection(named, 1, path[1:])
        return f"{head} {below if get_named_type(fields[name].type) is named else f'{{ ... on {target} {below} }}'}"

    def item(self, on: GraphQLNamedType, depth: int) -> str:
        self.left -= 1
        kind = self.random.one(range(12)) if self.left > 0 else 0
        if kind == 11:
            return self.keyed("__typename", "", "String!") + self.directives()
        if kind == 10:
            return self.spread(on, depth)
        if kind == 9 or (is_abstract_type(on) and kind > 1):
            return self.inline(on, depth)
        fields: dict[str, GraphQLField] = getattr(on, "fields", {})
        names = [name for name, of in fields.items() if self.covers(on.name, name) and self.answers(of, depth)]
        return self.field(fields, self.random.one(names), depth) if names else self.keyed("__typename", "", "String!")

    def covers(self, type_name: str, field: str) -> bool:
        return self.careless or self.client.covers(type_name, field)

    def answers(self, of: GraphQLField, depth: int) -> bool:
        """Whether the field is a leaf, or may have something below it."""
        return is_leaf_type(get_named_type(of.type)) or (depth > 0 and self.left > 0)

    def field(self, fields: Mapping[str, GraphQLField], name: str, depth: int) -> str:
        named = get_named_type(fields[name].type)
        head = self.head(fields[name], name, named)
        return f"{head} {self.selection(named, depth - 1)}" if is_composite_type(named) else head

    def head(self, of: GraphQLField, name: str, named: GraphQLNamedType) -> str:
        """A field up to its selection. `named`: what its ids are to name."""
        arguments = self.arguments(of, named)
        return self.keyed(name, f"({arguments})" if arguments else "", str(of.type)) + self.directives()

    def arguments(self, of: GraphQLField, named: GraphQLNamedType) -> str:
        names = [name for name, argument in of.args.items() if is_required_argument(argument)]
        names += self.random.some([name for name in of.args if name not in (*PAGING, *names)], 2)
        if "first" in of.args:
            names += self.random.one([[], [], ["first"], ["last"]])
            names += self.random.some(["after", "before"], 4)
        return ", ".join(f"{name}: {self.values.argument(name, of.args[name], named)}" for name in names)

    def keyed(self, name: str, arguments: str, kind: str) -> str:
        """The field under its own name, or another where that name is taken by something else."""
        meaning, number = (name, arguments, kind), 0
        key = self.random.one([name, name, name, f"{name}_", "x"])
        while self.keys.setdefault(key, meaning) != meaning:
            number += 1
            key = f"{name}_{number}"
        return f"{name}{arguments}" if key == name else f"{key}: {name}{arguments}"

    def inline(self, on: GraphQLNamedType, depth: int) -> str:
        condition = self.random.one([None, *self.conditions(on)])
        target = condition or on
        return f"...{f' on {target.name}' if condition else ''}{self.directives()} {self.selection(target, depth)}"

    def spread(self, on: GraphQLNamedType, depth: int) -> str:
        """A fragment that was written before, or a new one."""
        targets = self.conditions(on)
        usable = [name for name, target, _ in self.fragments if target in [known.name for known in targets]]
        if usable and self.random.chance(2):
            return f"...{self.random.one(usable)}{self.directives()}"
        target = self.random.one(targets)
        text = self.selection(target, depth)
        name = f"{self.values.prefix}F{len(self.fragments)}"
        self.fragments.append((name, target.name, text))
        return f"...{name}{self.directives()}"

    def conditions(self, on: GraphQLNamedType) -> list[GraphQLNamedType]:
        """What a fragment within the type may be on: itself, its interfaces; in an interface the types that can be read."""
        if isinstance(on, GraphQLObjectType):
            return [on, *on.interfaces]
        members = self.client.schema.get_possible_types(on) if is_abstract_type(on) else ()
        return [on, *(member for member in members if any(self.covers(member.name, name) for name in member.fields))]

    def directives(self) -> str:
        if not self.random.chance(9):
            return ""
        names = self.random.one([("skip",), ("include",), ("skip", "include")])
        return "".join(f" @{name}(if: {self.values.condition()})" for name in names)


def write(random: Choices, client: Client, toward: Step | None = None, *, careless: bool = False) -> Asked:
    """A document with one operation, or with two of which one is asked. `toward`: a step that it takes."""

    def writer(prefix: str = "") -> Writer:
        return Writer(random, client, Values(random, client.known, client.readable, prefix), careless)

    first = writer()
    if not random.chance(6):
        return Asked(first.operation("", toward), first.values.given)
    texts = [first.operation("A", toward), writer("b").operation("B")]
    return Asked(" ".join(reversed(texts) if random.chance(2) else texts), first.values.given, "A")


@st.composite
def documents(draw: Any, client: Client) -> Asked:
    """Documents as hypothesis draws them; now and then one asks for what the client may not."""
    random = Drawn(draw)
    return write(random, client, careless=random.chance(20))
