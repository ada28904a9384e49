"""Nothing that a client can write makes a fault of a mutation: whatever is wrong with a value has a code that says so."""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLInputObjectType, GraphQLNonNull, get_named_type

from db.pool import Pool
from domain.enums import CareScope
from ecard.change import Asking
from ecard.variables import coerce
from plans.plan import Source
from schema import build
from tests.matrix.bad_values import bad_values
from tests.matrix.deeds import ANYBODY, DEEDS, EACH_FOR_THEMSELVES, INSTITUTIONS, ONESELF, PAYMENT_APPS, PUBLIC, Deed
from tests.matrix.things import make_things
from tests.matrix.trying import Trials, codes_of
from tests.plans.reading.ways import engine_over

WHO = {
    INSTITUTIONS: "hospital",
    PAYMENT_APPS: "payment app",
    ANYBODY: "anonymous",
    **dict.fromkeys((*CareScope, ONESELF, EACH_FOR_THEMSELVES), "oneself"),
}


@pytest.fixture(scope="module")
async def trials(pool: Pool, source: Source) -> AsyncIterator[Trials]:
    """In a transaction that nobody commits."""
    things = await make_things(pool)
    async with pool.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        things.world.now = await connection.fetchval("select now()")
        yield await Trials.of(connection, things, build.changes(build.build()), engine_over(source, connection))
        await transaction.rollback()


async def faults(trials: Trials, deed: Deed) -> list[str]:
    """What makes a fault of the deed; whoever may do it tries."""
    root = trials.source.schema.mutation_type
    assert root is not None
    takes = get_named_type(root.fields[deed.mutation].args["input"].type)
    assert isinstance(takes, GraphQLInputObjectType)
    base, found = trials.things.filled(dict(deed.given)), []
    if "idempotencyKey" in takes.fields:
        base |= {"idempotencyKey": os.urandom(8).hex()}
    for given in bad_values(GraphQLNonNull(takes), base):
        async with trials.undone():
            if "INTERNAL_SERVER_ERROR" in await codes(trials, deed, takes.name, given):
                changed = {name: value for name, value in given.items() if base.get(name) != value}
                found.append(f"{deed.name}: {ascii(changed)[:200]}")
    return found


async def codes(trials: Trials, deed: Deed, takes: str, given: dict[str, Any]) -> set[str]:
    document = trials.reading.documents.get(
        f"mutation($input: {takes}!) {{ {deed.mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
    )
    operation = document.operation(None)
    values = coerce(trials.source.schema, operation.node, operation.variables, {"input": given})
    if isinstance(values, list):
        return {"BAD_USER_INPUT"}
    asking = Asking(trials.things.viewers[WHO.get(deed.by, deed.by)], "en", "192.0.2.1")
    try:
        answer = await trials.mutations.run(document, operation, values, asking, "r")
    except GraphQLError as error:
        return {str((error.extensions or {}).get("code"))}
    return codes_of(answer.body, deed)


@pytest.mark.parametrize("deed", [*DEEDS, *PUBLIC], ids=lambda deed: deed.name)
async def test_a_bad_value_is_no_fault(trials: Trials, deed: Deed) -> None:
    assert await faults(trials, deed) == []
