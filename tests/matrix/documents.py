"""The documents of the matrix, written from the schema: each way that leads from a start to an owned type, with all fields there.

What is seen of a row hangs on the field through which one came to it, and on whether a visit is on the way. So each field that
leads on is followed once from each start, with a visit on the way and without; behind it the next ones are opened alone.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from plans.mapping import SchemaMapping

Covers = Callable[[str, str], bool]

# What a field that leads on must be given. Lists are asked whole.
ARGUMENTS: Mapping[str, str] = {
    "Resident.observations": '(code: "C1", first: 100)',
    "Institution.appointments": "(date: $today, first: 100)",
}


@dataclass(slots=True)
class Place:
    """An object on a way, and what is asked of it. `text`: its fields that are values; `more`: those that lead on."""

    type: str
    text: list[str]
    more: list[tuple[str, "Place"]] = field(default_factory=list)

    def written(self) -> str:
        """The selection."""
        below = [f"{name} {place.written()}" for name, place in self.more]
        fields = " ".join(["__typename", *self.text, *below])
        return f"{{ {fields} }}" if not self.type.endswith("Connection") else f"{{ totalCount nodes {{ {fields} }} }}"


@dataclass(frozen=True, slots=True)
class Writer:
    """`covers`: whether the asker's scopes cover a field of a type."""

    schema: GraphQLSchema
    mapping: SchemaMapping
    covers: Covers

    def fields(self, type_name: str) -> Iterator[tuple[str, GraphQLField, str]]:
        """The fields that may be asked, with the type of each."""
        named = self.schema.get_type(type_name)
        assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
        for name, one in named.fields.items():
            if self.covers(type_name, name):
                yield name, one, get_named_type(one.type).name

    def is_row(self, type_name: str) -> bool:
        """Whether it has a rule of its own: what has none is part of a row's values."""
        rows = self.mapping.types.get(type_name.removesuffix("Connection"))
        return rows is not None and bool(rows.rule.rows)

    def owned(self, type_name: str) -> bool:
        rows = self.mapping.types.get(type_name.removesuffix("Connection"))
        return rows is not None and rows.owned

    def values(self, type_name: str) -> list[str]:
        """The fields of a type that are values, or made of them."""
        found = []
        for name, one, target in self.fields(type_name):
            if is_leaf_type(get_named_type(one.type)):
                found.append(name)
            elif not self.is_row(target):
                kind = ["__typename"] if isinstance(self.schema.get_type(target), GraphQLInterfaceType) else []
                found.append(f"{name} {{ {' '.join([*kind, *self.values(target)])} }}")
        return found

    def ways(self, type_name: str) -> Iterator[tuple[str, str]]:
        """The fields that lead on, as they are asked, and to which type."""
        for name, one, target in self.fields(type_name):
            if self.is_row(target) and self.values(target.removesuffix("Connection")):
                given = ARGUMENTS.get(f"{type_name}.{name}", "(first: 100)" if target.endswith("Connection") else "")
                needed = [key for key, argument in one.args.items() if is_required_argument(argument) and key not in given]
                assert not needed, f"{type_name}.{name} must be given {needed}: tests/matrix/documents.py"
                yield f"{name}{given}", target

    def selection(self, type_name: str, depth: int) -> str:
        """All ways from a row of the type, at most so many fields long."""
        start, seen = Place(type_name, []), {("", False)}
        places = deque([(start, depth, False)])
        while places:
            place, left, through = places.popleft()
            for name in self.members(place.type):
                self._open(place, name, left, through or name == "Visit", seen, places)
        return start.written()

    def members(self, type_name: str) -> list[str]:
        """The types that such a row may be."""
        mapping = self.mapping.types[type_name.removesuffix("Connection")]
        return [*mapping.members.values()] if mapping.members else [mapping.name]

    def _open(
        self,
        place: Place,
        name: str,
        left: int,
        through: bool,
        seen: set[tuple[str, bool]],
        places: "deque[tuple[Place, int, bool]]",
    ) -> None:
        is_member = name != place.type.removesuffix("Connection")
        inner = place
        prefix = ""
        if is_member:  # fields of one name may be of different types there
            prefix = f"{name}_"
            inner = Place(name, [])
            place.more.append((f"... on {name}", inner))
        inner.text = [f"{prefix and prefix + value.split()[0] + ': '}{value}" for value in self.values(name)]
        for way, target in self.ways(name):
            below = Place(target, self.values(target.removesuffix("Connection"))[:1])
            inner.more.append((f"{prefix and prefix + way.split('(')[0] + ': '}{way}", below))
            key = (f"{name}.{way}", through)
            if self.owned(target) and left > 0 and key not in seen:
                seen.add(key)
                places.append((below, left - 1, through))
