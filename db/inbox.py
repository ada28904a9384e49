"""What providers told by themselves: each thing once, whoever hears it how often. Refused messages leave their reason, never their
content."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from db.connection import Connection

_COLUMNS = "method, id, kind, number, order_number, provider_state, amount, provider_reference, at, failure"
PUT = (
    f"insert into inbox ({_COLUMNS}, received_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'received')"
    " on conflict do nothing returning id"
)
REFUSE = "insert into inbox (method, id, state, reason, received_at) values ($1, $2, 'refused', $3, $4)"
FIND = f"select {_COLUMNS} from inbox where method = $1 and id = $2 and state = 'received'"
HANDLE = (
    "update inbox set state = $3, reason = $4, handled_at = $5 where method = $1 and id = $2 and state = 'received' returning id"
)


class About(StrEnum):
    """What a message is about."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"


@dataclass(frozen=True, slots=True)
class Message:
    """A verified message. `id`: the provider's; `number`: ours, of the payment or refund; `order_number`: of its payment."""

    method: str
    id: str
    kind: About
    number: str
    order_number: str
    provider_state: str
    amount: int | None
    provider_reference: str | None
    at: datetime | None
    failure: str | None


async def put(connection: Connection, message: Message, now: datetime) -> bool:
    """Keeps it; False when it was heard before."""
    about = (message.method, message.id, message.kind, message.number, message.order_number, message.provider_state)
    what = (message.amount, message.provider_reference, message.at, message.failure)
    return await connection.fetchval(PUT, *about, *what, now) is not None


async def refuse(connection: Connection, method: str, id: UUID, reason: str, now: datetime) -> None:
    """Notes that something came that was not believed, under an id of ours."""
    await connection.execute(REFUSE, method, f"refused:{id}", reason, now)


async def find(connection: Connection, method: str, id: str) -> Message | None:
    """A message that nobody has handled yet."""
    row = await connection.fetchrow(FIND, method, id)
    return None if row is None else Message(**{**dict(row), "kind": About(row["kind"])})


async def handled(connection: Connection, message: Message, now: datetime, refused: str | None) -> bool:
    """Marks it as handled, or as refused for that reason; False when somebody else did."""
    state = "handled" if refused is None else "refused"
    return await connection.fetchval(HANDLE, message.method, message.id, state, refused, now) is not None
