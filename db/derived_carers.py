"""Who cares for an unknown patient whose temporary card was bound: the real holder, and whoever cares for them.

The rows have no place, and the id of the binding. They are as those among the real holder's carers are, and follow what changes
there: `follow` brings them up to date, and does nothing for whoever has no temporary card bound.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from db import card_bindings, notifications
from db.card_bindings import CardBinding
from db.connection import Connection
from domain.enums import CareScope, Relationship

_GRANTED = "carer_id, carer_name, relationship, scopes, created_at, expires_at"

OWN = "select member_id from family_member where resident_id = $1 and relationship = $2 order by member_id"
HOLDER = "select full_name from resident where resident_id = $1"
WANTED = f"select {_GRANTED} from carer where resident_id = $1 and place is not null and carer_id <> $2"
DERIVED = f"select id, {_GRANTED} from carer where resident_id = $1 and binding_id = $2"
ADD = (
    f"insert into carer (resident_id, id, binding_id, {_GRANTED}) values ($1, api.new_id(), $2, $3, $4, $5, $6, $7, $8)"
    " returning id"
)
ADD_MEMBER = (
    "insert into family_member (resident_id, id, member_id, relationship, scopes, created_at, expires_at)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)
REMOVE = "delete from carer where resident_id = $1 and id = $2"
REMOVE_MEMBER = "delete from family_member where resident_id = $1 and id = $2"

Granted = tuple[Any, ...]


async def follow(connection: Connection, resident_id: UUID) -> None:
    """Brings up to date who cares for the unknown patients whose cards are bound to this person's."""
    for row in await connection.fetch(OWN, resident_id, Relationship.SELF):
        binding = await card_bindings.standing(connection, row["member_id"])
        if binding is not None:
            await derive(connection, binding)


async def derive(connection: Connection, binding: CardBinding) -> None:
    """Lets the real holder, with everything, and whoever cares for them, with what they have there, care for the unknown patient:
    adds what is missing, and removes what is no longer so."""
    name = await connection.fetchval(HOLDER, binding.bound_to)
    wanted: list[Granted] = [(binding.bound_to, name, Relationship.SELF, list(CareScope), binding.bound_at, None)]
    wanted += [tuple(row) for row in await connection.fetch(WANTED, binding.bound_to, binding.resident_id)]
    have = [(row["id"], tuple(row)[1:]) for row in await connection.fetch(DERIVED, binding.resident_id, binding.id)]
    scopes = {carer_id: granted for carer_id, _, _, granted, *_ in wanted}
    for id, granted in have:
        if granted not in wanted:
            await _remove(connection, binding, id, granted, scopes.get(granted[0], ()))
    kept = [granted for _, granted in have]
    for granted in wanted:
        if granted not in kept:
            await _add(connection, binding, granted)


async def release(connection: Connection, binding: CardBinding) -> None:
    """Ends on both sides what the binding made."""
    for row in await connection.fetch(DERIVED, binding.resident_id, binding.id):
        await _remove(connection, binding, row["id"], tuple(row)[1:], ())


async def _add(connection: Connection, binding: CardBinding, granted: Granted) -> None:
    carer_id, _, *what = granted
    id = await connection.fetchval(ADD, binding.resident_id, binding.id, *granted)
    await connection.execute(ADD_MEMBER, carer_id, id, binding.resident_id, *what)


async def _remove(connection: Connection, binding: CardBinding, id: UUID, granted: Granted, scopes: Collection[str]) -> None:
    """`scopes`: with which the carer goes on caring."""
    carer_id, *_ = granted
    await connection.execute(REMOVE, binding.resident_id, id)
    await connection.execute(REMOVE_MEMBER, carer_id, id)
    await notifications.hide(connection, carer_id, binding.resident_id, scopes)
