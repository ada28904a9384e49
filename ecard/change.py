"""The one place that opens a change's transaction.

Inside it: the idempotency key, the resolver's rules and statements, its audit and outbox rows, and the reading of the payload; then
it commits, and only then does the answer leave. A refusal rolls everything back, the key too; what must outlive it is written in a
transaction of its own.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from db import idempotency
from db.connection import Connection
from db.errors import constraint_of, is_conflict
from db.pool import Pool
from domain import refusals
from domain.idempotency import input_digest, key_digest, read_result, result_text
from domain.refusals import Refusal
from domain.viewer import Viewer
from resolvers.tools import Tools
from resolvers.transaction import Ask, Made, Recorded, Transaction
from schema.changes import Change

# What a constraint refuses, in the words of the domain.
REFUSED_BY: Mapping[str, type[Refusal]] = {
    "admission_is_unique": refusals.WrongState,
    "agreement_is_unique": refusals.AlreadySigned,
    "appointment_of_day_is_unique": refusals.AlreadyBooked,
    "appointment_time_is_unique": refusals.AlreadyBooked,
    "card_is_bound_once": refusals.Conflict,
    "card_is_unique": refusals.Conflict,
    "carer_has_a_place": refusals.TooManyCarers,
    "code_is_used_once": refusals.AlreadyUsed,
    "identity_is_unique": refusals.Conflict,
    "institution_code_is_unique": refusals.Conflict,
    "item_is_dispensed_once": refusals.AlreadyDispensed,
    "patient_number_belongs_to_one_resident": refusals.Conflict,
    "patient_number_is_unique": refusals.Conflict,
    "place_is_held_once": refusals.SlotTaken,
    "report_is_amended_once": refusals.Conflict,
    "slot_has_capacity": refusals.SlotTaken,
    "team_has_room": refusals.TeamFull,
    "team_is_unique": refusals.Conflict,
    "waitlist_entry_is_unique": refusals.Conflict,
}

Read = Callable[[Connection, Made], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a change, and from where."""

    viewer: Viewer
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Carries out changes. `clock` and `random` are the program's only sources of time and chance."""

    pool: Pool
    tools: Tools
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    async def run(self, change: Change, given: Mapping[str, Any], asking: Asking, read: Read) -> dict[str, Any]:
        """The payload as `read` reads it of what was made. No resolver sees an `idempotency_key` that is given. Raises Refusal with
        nothing done."""
        given = dict(given)
        key = given.pop("idempotency_key", None)
        try:
            extra = await change.before(self._ask(asking), **given) if change.before else {}
            async with self.pool.connection() as connection, connection.transaction():
                transaction = self._transaction(connection, asking)
                resolving = partial(change.resolve, transaction, **given, **extra)
                if key is None:
                    made = await resolving()
                else:
                    digest = key_digest(asking.viewer, change.resolve.__name__, key)
                    made = await _once(transaction, digest, input_digest(given), resolving)
                return await read(connection, made)
        except Recorded as recorded:
            async with self.own(asking) as transaction:
                await recorded.record(transaction)
            raise recorded.refusal from None
        except Refusal:
            raise
        except Exception as error:
            refusal = _refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error

    @asynccontextmanager
    async def own(self, asking: Asking) -> AsyncIterator[Transaction]:
        """A transaction of its own, for what outlives a refusal."""
        async with self.pool.connection() as connection, connection.transaction():
            yield self._transaction(connection, asking)

    def _transaction(self, connection: Connection, asking: Asking) -> Transaction:
        return Transaction(connection, asking.viewer, self.clock(), self.random, self.tools, asking.language, asking.address)

    def _ask(self, asking: Asking) -> Ask:
        return Ask(asking.viewer, self.clock(), self.tools, asking.language, asking.address, lambda: self.own(asking))


async def _once(tx: Transaction, digest: bytes, input_digest: bytes, resolving: Callable[[], Awaitable[Made]]) -> Made:
    """What the resolver makes, or made when the key came first."""
    if await idempotency.claim(tx.connection, digest, input_digest, tx.now):
        made = await resolving()
        await idempotency.keep(tx.connection, digest, result_text(made.fields))
        return made
    earlier = await idempotency.find(tx.connection, digest)
    if earlier is None:
        raise refusals.Conflict("idempotency_key")
    if earlier.input_digest != input_digest:
        raise refusals.IdempotencyKeyReused("idempotency_key")
    return Made(read_result(earlier.result))


def _refusal_of(error: Exception) -> Refusal | None:
    name = constraint_of(error)
    if name is not None and name in REFUSED_BY:
        return REFUSED_BY[name]()
    return refusals.Conflict() if is_conflict(error) else None
