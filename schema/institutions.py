"""Institutions and their departments: public, since people look for care before they have a card."""

import strawberry

from plans.mapping import Order
from schema import rules
from schema.base import Node, field, listed, stored
from schema.enums import CareStep


@stored(view="institution", letter="I", rule=rules.EVERYONE)
class Institution(Node):
    """A hospital or a community health centre."""

    code: str = field("The operator's code.")
    name: str = field("The name people know.")
    district: str = field("The district of the city.")
    level: str = field("The grade: 三级甲等 …")
    address: str = field("Where it is.")
    accepts_outpatient: bool = field("Whether the card opens outpatient care here.")
    accepts_inpatient: bool = field("Whether the card opens hospitalization here.")
    care_steps: list[CareStep] = field("The care steps at which the card is accepted.")
    departments: list["Department"] = listed(
        "Department",
        "The departments in use, by code.",
        on={"institution_id": "{p}.key"},
        always="{t}.active",
        order=Order(("code", "key"), ("text", "uuid")),
    )


@stored(view="department", letter="D", rule=rules.EVERYONE)
class Department(Node):
    """A department of an institution."""

    code: str = field("The institution's own code.")
    name: str = field("The name.")
    active: bool = field("Whether it is in use.")


@strawberry.input(description="Which institutions; all conditions hold together.")
class InstitutionFilter:
    text: str | None = strawberry.field(default=strawberry.UNSET, description="A part of the name or the address.")
    district: str | None = strawberry.field(default=strawberry.UNSET, description="The district.")
    accepts_outpatient: bool | None = strawberry.field(default=strawberry.UNSET, description="Accepts the card for outpatients.")
    accepts_inpatient: bool | None = strawberry.field(default=strawberry.UNSET, description="Accepts the card for inpatients.")
