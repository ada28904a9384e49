"""The real schema, against the real views: whose every field is answered, and whom each way in asks for what."""

import re

import pytest
from graphql import GraphQLObjectType

from db.pool import Pool
from plans.check import check_mapping
from plans.mapping import SchemaMapping
from plans.plan import Source
from schema import build

# What anyone may ask: people look for care, sign in and apply before the platform knows them. `node` and `nodes` are as open as
# the type that the id names.
PUBLIC_QUERIES = {
    *("institution", "institutions", "doctors", "slots", "returnDraw", "familyDoctorTeams"),
    *("node", "nodes", "pushPublicKey", "serverTime"),
}
PUBLIC_MUTATIONS = {"requestVerificationCode", "applyForCard", "signIn"}

SCHEMA = build.build()
SOURCE = Source(build.graphql_schema(SCHEMA), build.mapping(SCHEMA))


def root(name: str) -> set[str]:
    named = SOURCE.schema.type_map[name]
    assert isinstance(named, GraphQLObjectType)
    return set(named.fields)


@pytest.fixture(scope="module")
def mapping() -> SchemaMapping:
    return SOURCE.mapping


async def test_every_stored_field_has_its_column(pool: Pool) -> None:
    """And every edge its keys, every order its columns, every type its rule; see plans/check.py for all of it."""
    async with pool.connection() as connection:
        await check_mapping(connection, SOURCE)


async def test_ids_carry_the_letter_of_their_type(pool: Pool, mapping: SchemaMapping) -> None:
    lettered = {m.view: m for m in mapping.types.values() if m.letter}
    async with pool.connection() as connection:
        for view, type_mapping in lettered.items():
            text = await connection.fetchval("select pg_get_viewdef($1::regclass)", f"{mapping.schema}.{view}")
            made = re.findall(r"(owned_id|plain_id)\('([^']*)'::bytea", text)
            assert made[:1] == [
                (
                    "owned_id" if type_mapping.owned and view != "resident" else "plain_id",
                    f"\\x{ord(type_mapping.letter or ''):02x}",
                )
            ]


@pytest.mark.parametrize(("name", "public"), [("Query", PUBLIC_QUERIES), ("Mutation", PUBLIC_MUTATIONS), ("Subscription", set())])
def test_every_way_in_asks_for_scopes_or_is_public(mapping: SchemaMapping, name: str, public: set[str]) -> None:
    guarded = {field for field, scopes in mapping.types[name].field_scopes.items() if scopes and all(scopes)}
    assert root(name) - guarded == public
    assert not guarded & public


def test_a_mutation_is_carried_out_with_the_scopes_that_it_shows(mapping: SchemaMapping) -> None:
    shown = mapping.types["Mutation"].field_scopes
    assert {name: change.scopes for name, change in build.changes(SCHEMA).items()} == {
        name: shown.get(name, ()) for name in root("Mutation")
    }


def test_every_type_with_rows_is_guarded_by_scopes_or_by_its_rule(mapping: SchemaMapping) -> None:
    """A type that anyone may name is for everyone, or its rule asks who is looking."""
    for type_mapping in mapping.types.values():
        if type_mapping.view and not type_mapping.scopes and "ANONYMOUS" not in type_mapping.rule.rows:
            assert all(rule != "true" for rule in type_mapping.rule.rows.values()), type_mapping.name


def test_what_belongs_to_a_resident_is_for_nobody_by_itself(mapping: SchemaMapping) -> None:
    for type_mapping in mapping.types.values():
        if type_mapping.owned:
            assert "true" not in type_mapping.rule.rows.values(), type_mapping.name
            assert "ANONYMOUS" not in type_mapping.rule.rows, type_mapping.name
            assert type_mapping.scopes, type_mapping.name
