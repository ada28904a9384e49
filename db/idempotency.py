"""Idempotency keys: a row for each thing that is to be done once. A twin of one that is under way waits at its row."""

from dataclasses import dataclass
from datetime import datetime

from db.connection import Connection

CLAIM = (
    "insert into idempotency_key (digest, input_digest, created_at) values ($1, $2, $3)"
    " on conflict (digest) do nothing returning digest"
)
FIND = "select input_digest, result from idempotency_key where digest = $1"
KEEP = "update idempotency_key set result = $2::jsonb where digest = $1"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was asked with the key before, and what came of it: JSON."""

    input_digest: bytes
    result: str


async def claim(connection: Connection, digest: bytes, input_digest: bytes, now: datetime) -> bool:
    """Whether the key is new. It is given back when the transaction is rolled back."""
    return await connection.fetchval(CLAIM, digest, input_digest, now) is not None


async def find(connection: Connection, digest: bytes) -> Earlier | None:
    """What the key stands for; None for what has just been swept away."""
    row = await connection.fetchrow(FIND, digest)
    return None if row is None else Earlier(**row)


async def keep(connection: Connection, digest: bytes, result: str) -> None:
    """Writes down what came of it."""
    await connection.execute(KEEP, digest, result)
