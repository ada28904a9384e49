"""Slots: the times at which doctors see patients. Public: people choose before they sign in."""

from schema import rules
from schema.base import Node, edge, field, stored
from schema.doctors import Doctor
from schema.institutions import Department, Institution
from schema.money import Money, money
from schema.scalars import DateTime

OF_DAYS = {
    "from": "{t}.starts_at >= {value}::date::timestamp at time zone 'Asia/Shanghai'",
    "to": "{t}.starts_at < ({value}::date + 1)::timestamp at time zone 'Asia/Shanghai'",
}


@stored(view="slot", letter="T", rule=rules.EVERYONE)
class Slot(Node):
    """A part of a clinic session, with places that can be booked."""

    starts_at: DateTime = field("When it begins.")
    ends_at: DateTime = field("When it ends.")
    capacity: int = field("How many places it has.")
    remaining: int = field("How many of them can be booked now: none once it has begun or was withdrawn.")
    fee: Money = money("What a place costs.", "fee")
    published_at: DateTime = field("When it was published.")
    withdrawn_at: DateTime | None = field("When the institution withdrew it.")
    withdrawn_reason: str | None = field("Why, in the institution's words.")
    doctor: Doctor | None = edge("Doctor", "Who sees the patients.", on={"key": "{p}.doctor_id"})
    department: Department | None = edge("Department", "In which department.", on={"key": "{p}.department_id"})
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
