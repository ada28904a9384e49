"""Ways through the schema, from the root to each type, so that documents come to every corner of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_abstract_type, is_leaf_type

Covered = Callable[[str, str], bool]
Step = tuple[str, str, str]
"""A field of a type, and the type that it comes to: a leaf, or an object; through an interface a fragment does."""


@dataclass(frozen=True, slots=True)
class Routes:
    """`steps`: to all types of which something can be read. `leaves`: to values. `to`: type → the steps that come to it, if only to
    its `__typename`. `distances`: of types from the root."""

    steps: list[Step]
    leaves: list[Step]
    to: Mapping[str, list[Step]]
    distances: Mapping[str, int]


def routes(schema: GraphQLSchema, covered: Covered) -> Routes:
    """All ways over fields that the scopes cover."""
    objects = [t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType) and not t.name.startswith("__")]
    leaving: dict[str, list[Step]] = {parent.name: [] for parent in objects}
    leaves: list[Step] = []
    for parent in objects:
        for name, field in parent.fields.items():
            named = get_named_type(field.type)
            targets = schema.get_possible_types(named) if is_abstract_type(named) else [named]
            found = [(parent.name, name, target.name) for target in targets if covered(parent.name, name)]
            (leaves if is_leaf_type(named) else leaving[parent.name]).extend(found)
    root = schema.query_type.name if schema.query_type else ""
    distances, reached = {root: 0}, [root]
    for name in reached:  # grows as it goes
        for _, _, target in leaving[name]:
            if target not in distances:
                distances[target] = distances[name] + 1
                reached.append(target)
    steps = [step for name in distances for step in leaving[name]]
    readable = {t.name for t in objects if any(covered(t.name, name) for name in t.fields)}
    to = {name: [step for step in steps if step[2] == name] for name in distances}
    return Routes([step for step in steps if step[2] in readable], [leaf for leaf in leaves if leaf[0] in distances], to, distances)
