"""Waiting for a place that comes back."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema import rules
from schema.appointments import Appointment
from schema.base import Node, edge, field, stored
from schema.cards import SAME_RESIDENT
from schema.enums import WaitlistStatus
from schema.institutions import Department, Institution
from schema.scalars import Date, DateTime

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("appointment:read",),)


@stored(view="waitlist_entry", letter="W", owned=True, kind="APPOINTMENT", rule=rules.WAITLIST, scopes=READ)
class WaitlistEntry(Node):
    """A place in a department's line: the first in it whom a place suits is booked when one returns."""

    status: WaitlistStatus = field("What became of it.")
    position: int | None = field("The place among those who wait for some of the same days, from 1, while it waits.")
    from_day: Date = field("The first day that would suit.", name="from")
    to_day: Date = field("The last one.", name="to")
    joined_at: DateTime = field("Since when.")
    ended_at: DateTime | None = field("Until when.")
    department: Department | None = edge("Department", "In which department.", on={"key": "{p}.department_id"})
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
    appointment: Appointment | None = edge("Appointment", "What was booked.", on={**SAME_RESIDENT, "key": "{p}.appointment_id"})
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge("Resident", "Who waits.", on=SAME_RESIDENT)
