"""graphql-core's resolver of every field, over all of the plain ones."""

from typing import Any

from graphql import GraphQLResolveInfo

from tests.plans.reading import (
    billing,
    booking,
    dispensing,
    fields,
    filing,
    looking,
    paying,
    recording,
    reporting,
    settling,
    waiting,
)
from tests.plans.reading.plain import FIELDS, Reader, Row
from tests.plans.reading.texts import shown

NOUNS = (billing, booking, dispensing, fields, filing, looking, paying, recording, reporting, settling, waiting)
"""Each puts its resolvers into FIELDS when it is imported."""


def resolve(source: Any, info: GraphQLResolveInfo[Reader], **arguments: Any) -> Any:
    """graphql-core's resolver of every field."""
    name = f"{info.parent_type.name}.{info.field_name}"
    if name in FIELDS:
        return FIELDS[name](info.context, source, arguments)
    if isinstance(source, Row):
        return shown(source.data["".join(f"_{c.lower()}" if c.isupper() else c for c in info.field_name)])
    return source.resolve(info.context, info.field_name)
