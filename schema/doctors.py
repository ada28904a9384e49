"""Doctors: public, since people look for one before they book."""

import strawberry

from schema import rules
from schema.base import Node, edge, field, stored
from schema.institutions import Department, Institution


@stored(view="doctor", letter="H", rule=rules.EVERYONE)
class Doctor(Node):
    """A doctor of an institution."""

    code: str = field("The institution's own code.")
    name: str = field("The name.")
    title: str = field("The professional title: 主任医师 …")
    speciality: str | None = field("What the doctor is known for, in the institution's words.")
    active: bool = field("Whether the doctor is shown; not while the department is hidden.")
    department: Department | None = edge("Department", "In which department.", on={"key": "{p}.department_id"})
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})


@strawberry.input(description="Which doctors; all conditions hold together.")
class DoctorFilter:
    text: str | None = strawberry.field(default=strawberry.UNSET, description="A part of the name, the title or the speciality.")
    institution_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Of this institution.")
    department_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Of this department.")
