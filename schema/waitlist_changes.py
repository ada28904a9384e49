"""How one joins and leaves a waiting list: inputs, payloads and mutations."""

import strawberry

from resolvers import waitlist
from schema.base import made
from schema.changes import change, payload
from schema.scalars import Date
from schema.waitlist import WaitlistEntry

WRITE = (("appointment:write",),)


@strawberry.input(description="A place in a department's line, for these days and those between.")
class JoinWaitlistInput:
    department_id: strawberry.ID
    from_day: Date = strawberry.field(name="from")
    to: Date
    resident_id: strawberry.ID | None = strawberry.UNSET


@payload
class JoinWaitlistPayload:
    """The place in the line, new or as it was."""

    entry: WaitlistEntry | None = made("WaitlistEntry", "The entry.")


@strawberry.input
class LeaveWaitlistInput:
    entry_id: strawberry.ID


@payload
class LeaveWaitlistPayload:
    """The entry, which waits no longer."""

    entry: WaitlistEntry | None = made("WaitlistEntry", "The entry.")


@strawberry.type
class WaitlistChanges:
    join_waitlist: JoinWaitlistPayload | None = change(
        waitlist.join_waitlist,
        JoinWaitlistInput,
        "Waits for a place to come back. The first in line whom it suits is booked, and told.",
        scopes=WRITE,
    )
    leave_waitlist: LeaveWaitlistPayload | None = change(
        waitlist.leave_waitlist, LeaveWaitlistInput, "Gives the place in the line up.", scopes=WRITE
    )
