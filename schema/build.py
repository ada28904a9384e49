"""The Strawberry schema, and the mapping that its types declare.

Strawberry says what the schema is; the statement answers. So each field of the built schema is resolved by looking its response
key up in what the statement gave, and an object of an interface carries its type under a key that no client can write.
"""

from dataclasses import replace
from typing import Any

import strawberry
from graphql import GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition

from db.access_log import READING
from plans.blocks import TYPE_KEY
from plans.mapping import Column, Made, Reading, Rule, SchemaMapping, TypeMapping
from schema.appointments import Appointment
from schema.base import MAPPING, SCOPES, SOURCE
from schema.cards import CardBinding, File, PrintedCode, Scan
from schema.changes import CHANGE, Change
from schema.clients import App
from schema.conditions import Allergy, Condition, Immunization
from schema.devices import Device
from schema.doctors import Doctor
from schema.encounters import Encounter
from schema.institutions import Department
from schema.mutation import Mutation
from schema.operations import FailedJob
from schema.prescriptions import Dispensing, Prescription, PrescriptionItem
from schema.query import Query
from schema.residents import FamilyMember, Session
from schema.scalars import SCALARS
from schema.slots import Slot
from schema.subscription import WATCH, Subscription, Watch
from schema.visits import Visit

NODES = [
    Allergy,
    App,
    Appointment,
    CardBinding,
    Condition,
    Department,
    Device,
    Dispensing,
    Doctor,
    Encounter,
    FailedJob,
    FamilyMember,
    File,
    Immunization,
    Prescription,
    PrescriptionItem,
    PrintedCode,
    Scan,
    Session,
    Slot,
    Visit,
]


def build() -> strawberry.Schema:
    """The schema, its executor's resolvers in place."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=NODES,
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=False),
    )
    for named in graphql_schema(schema).type_map.values():
        if isinstance(named, GraphQLObjectType) and not named.name.startswith("__"):
            named.is_type_of = None  # it would ask for Strawberry's own objects
            for field in named.fields.values():
                field.resolve = _ask if named.name == "Query" else _read
        if isinstance(named, GraphQLInterfaceType):
            named.resolve_type = _type_of
    return schema


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """graphql-core's schema inside Strawberry's."""
    inner: GraphQLSchema = schema._schema
    return inner


def sdl(schema: strawberry.Schema) -> str:
    return schema.as_str() + "\n"


def mapping(schema: strawberry.Schema) -> SchemaMapping:
    """What every type declared. Raises where a stored field has no source or a type no rule."""
    types = {}
    for named in graphql_schema(schema).type_map.values():
        definition = (named.extensions or {}).get("strawberry-definition")
        if isinstance(definition, StrawberryObjectDefinition) and (isinstance(named, GraphQLObjectType) or _is_gathered(named)):
            types[named.name] = _type(named, definition)
    return SchemaMapping(types, Reading(READING))


def changes(schema: strawberry.Schema) -> dict[str, Change]:
    """Mutation field → how it is carried out."""
    return {name: field.metadata[CHANGE] for name, field in _fields(graphql_schema(schema).type_map["Mutation"]).items()}


def watches(schema: strawberry.Schema) -> dict[str, Watch]:
    """Subscription field → what to listen to."""
    return {name: field.metadata[WATCH] for name, field in _fields(graphql_schema(schema).type_map["Subscription"]).items()}


def _type(named: GraphQLNamedType, definition: StrawberryObjectDefinition) -> TypeMapping:
    declared: TypeMapping = getattr(definition.origin, MAPPING, TypeMapping(named.name, rule=Rule({})))
    sources, scopes = {}, {}
    for name, field in _fields(named).items():
        source = field.metadata.get(SOURCE) or Column(field.python_name)
        sources[name] = replace(source, name=field.python_name) if isinstance(source, Made) else source
        if field.metadata.get(SCOPES):
            scopes[name] = field.metadata[SCOPES]
    return replace(declared, name=named.name, sources=sources, field_scopes=scopes)


def _is_gathered(named: GraphQLNamedType) -> bool:
    """Whether it is an interface with rows of its own."""
    definition = (named.extensions or {}).get("strawberry-definition")
    return isinstance(named, GraphQLInterfaceType) and hasattr(getattr(definition, "origin", None), MAPPING)


def _fields(named: Any) -> dict[str, Any]:
    return {name: field.extensions["strawberry-definition"] for name, field in named.fields.items()}


def _read(source: Any, info: GraphQLResolveInfo[Any], **_: Any) -> Any:
    return source[info.path.key]


def _ask(_: Any, info: GraphQLResolveInfo[Any], **__: Any) -> Any:
    """A root field is answered by the function that the executor was given as its context."""
    return info.context(info)


def _type_of(value: Any, *_: Any) -> str:
    name: str = value[TYPE_KEY]
    return name
