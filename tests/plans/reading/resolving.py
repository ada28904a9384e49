"""graphql-core's resolver of every field, over all of the plain ones."""

from typing import Any

from graphql import GraphQLResolveInfo

from tests.plans.reading import (
    billing,
    binding,
    booking,
    channels,
    dispensing,
    doctoring,
    fields,
    filing,
    looking,
    noticing,
    paying,
    recording,
    reporting,
    settling,
    staying,
    waiting,
)
from tests.plans.reading.pages import Edge, Listed
from tests.plans.reading.plain import FIELDS, Reader, Row
from tests.plans.reading.texts import shown

NOUNS = (
    billing,
    binding,
    booking,
    channels,
    dispensing,
    doctoring,
    fields,
    filing,
    looking,
    noticing,
    paying,
    recording,
    reporting,
    settling,
    staying,
    waiting,
)
"""Each puts its resolvers into FIELDS when it is imported."""


def resolve(source: Any, info: GraphQLResolveInfo[Reader], **arguments: Any) -> Any:
    """graphql-core's resolver of every field. A visit that led to the source leads on to what is read from it."""
    reader, name = info.context, f"{info.parent_type.name}.{info.field_name}"
    reader.through = source.through if isinstance(source, Row | Listed | Edge) else None
    if name in FIELDS:
        found = FIELDS[name](reader, source, arguments)
        if isinstance(found, Listed):
            found.through = reader.through
        return found
    if isinstance(source, Row):
        return shown(source.data["".join(f"_{c.lower()}" if c.isupper() else c for c in info.field_name)])
    return source.resolve(reader, info.field_name)
