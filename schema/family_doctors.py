"""Family doctors: teams and what they offer, public, since people look for one; and a resident's agreement with one."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from plans.mapping import Order
from schema import rules
from schema.base import Node, by_code, edge, field, listed, stored
from schema.bills import Bill
from schema.cards import SAME_RESIDENT
from schema.doctors import Doctor
from schema.enums import AgreementStatus
from schema.institutions import Institution
from schema.money import Money, money
from schema.scalars import Date, DateTime

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("agreement:read",),)


@stored(view="promised_service", rule=rules.EVERYONE)
class PromisedService:
    """What a package promises."""

    name: str = field("What it is.")
    promised: int = field("How often in a year.")


@stored(view="family_doctor_package", letter="b", rule=rules.EVERYONE)
class FamilyDoctorPackage(Node):
    """What one can sign up for with a team."""

    code: str = field("The team's own code.")
    name: str = field("The name.")
    annual_fee: Money = money("What a year costs whoever signs up now.", "annual_fee")
    offered: bool = field("Whether one can sign up for it.")
    services: list[PromisedService] = listed(
        "PromisedService",
        "What it promises, in the order of the team.",
        on={"package_id": "{p}.key"},
        order=Order(("key",), ("int",)),
    )


@stored(view="family_doctor_team", letter="t", rule=rules.EVERYONE)
class FamilyDoctorTeam(Node):
    """A family doctor and who works with them."""

    code: str = field("The institution's own code.")
    name: str = field("The name.")
    capacity: int = field("For how many residents it is there.")
    open_places: int = field("How many more it takes: requests have a place too.")
    leader: Doctor | None = edge("Doctor", "The family doctor.", on={"key": "{p}.leader_id"})
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
    packages: list[FamilyDoctorPackage] = listed(
        "FamilyDoctorPackage",
        "What it offers, by code.",
        on={"team_id": "{p}.key"},
        always="{t}.offered",
        order=by_code(),
        size=5,  # as teams have; with a page of them, a page of teams would cost more than is answered
    )


@stored(view="agreement_service", owned=True, kind="AGREEMENT", rule=rules.AGREEMENT, scopes=READ)
class AgreementService:
    """A service of an agreement's year: what was promised, and what of it was delivered."""

    name: str = field("What it is.")
    promised: int = field("How often it was promised for the year.")
    delivered: int = field("How often it was delivered; more than was promised is possible.")
    last_delivered_at: DateTime | None = field("When it was delivered last.")


@stored(view="family_doctor_agreement", letter="f", owned=True, kind="AGREEMENT", rule=rules.AGREEMENT, scopes=READ)
class FamilyDoctorAgreement(Node):
    """A resident has a family doctor, or asks for one."""

    status: AgreementStatus = field("How far it has come.")
    requested_at: DateTime = field("When it was asked for.")
    decide_by: DateTime = field("Until when the team is to decide.")
    decided_at: DateTime | None = field("When it did.")
    decision_reason: str | None = field("Why the team declined.")
    starts_on: Date | None = field("The first day, once it is accepted.")
    ends_on: Date | None = field("The last day: a year later, unless it is renewed or ended.")
    ended_at: DateTime | None = field("When it was ended, or had expired.")
    end_reason: str | None = field("Why it was ended.")
    team: FamilyDoctorTeam | None = edge("FamilyDoctorTeam", "With which team.", on={"key": "{p}.team_id"})
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
    packages: list[FamilyDoctorPackage] = listed(
        "FamilyDoctorPackage",
        "What the resident signed up for, by code.",
        always="exists (select from public.agreement_package x where x.resident_id = {p}.resident_id"
        " and x.agreement_id = {p}.key and x.package_id = {t}.key)",
        order=by_code(),
    )
    services: list[AgreementService] = listed(
        "AgreementService",
        "What was promised when the resident signed up or renewed, and what of it was delivered in the year that runs.",
        on={**SAME_RESIDENT, "term_id": "{p}.term_id"},
        order=Order(("key",), ("int",)),
    )
    bill: Bill | None = edge(
        "Bill", "What the newest year costs, where it costs anything.", on={**SAME_RESIDENT, "key": "{p}.bill_id"}
    )
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident",
        "Who has the family doctor; for institutions while it is asked for or runs.",
        on=SAME_RESIDENT,
        narrow=rules.RESIDENT_OF_APPOINTMENT,
    )
