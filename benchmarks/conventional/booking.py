"""Booking. What happens is the platform's own, rules and statements; what is asked and answered goes the conventional way."""

import os
from dataclasses import asdict
from typing import Any

import strawberry
from asyncpg import Record

from benchmarks.common import Common
from benchmarks.conventional.appointments import Appointment
from benchmarks.conventional.context import Info
from benchmarks.conventional.types import DateTime
from db.connection import Connection
from db.pool import Pool
from domain.ids import Key
from domain.refusals import Refusal
from ecard.app import utc_now
from ecard.change import Asking, Changes
from ecard.tools import resolver_tools
from resolvers.appointments import book_appointment
from resolvers.transaction import Made
from schema.changes import Change

APPOINTMENT = "select * from appointment where resident_id = $1 and id = $2"
BOOK = Change(book_appointment, None, (("appointment:write",),))


@strawberry.input
class BookAppointmentInput:
    slot_id: strawberry.ID
    idempotency_key: str
    resident_id: strawberry.ID | None = None
    reason: str | None = None


@strawberry.type
class UserError:
    code: str
    field: list[str] | None
    message: str
    retry_at: DateTime | None


@strawberry.type
class BookAppointmentPayload:
    appointment: Appointment | None
    user_errors: list[UserError]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def book_appointment(self, info: Info, input: BookAppointmentInput) -> BookAppointmentPayload:
        asking = Asking(info.context.viewer, "zh-CN", "127.0.0.1")
        given = {name: value for name, value in asdict(input).items() if value is not None}
        try:
            made = await info.context.changes.run(BOOK, given, asking, _read)
        except Refusal as refusal:
            return BookAppointmentPayload(appointment=None, user_errors=[_error(refusal)])
        return BookAppointmentPayload(appointment=Appointment.of(made["row"]), user_errors=[])


def changes(common: Common) -> Changes:
    """The one place that opens a change's transaction, with connections of its own."""
    return Changes(Pool(common.pool_options()), resolver_tools(common.settings, utc_now), utc_now, os.urandom)


async def _read(connection: Connection, made: Made) -> dict[str, Any]:
    key: Key = made.fields["appointment"]
    row: Record = await connection.fetchrow(APPOINTMENT, key.resident_id, key.id)
    return {"row": row}


def _error(refusal: Refusal) -> UserError:
    field = list(refusal.field) if refusal.field else None
    return UserError(code=refusal.code, field=field, message=refusal.zh, retry_at=None)
