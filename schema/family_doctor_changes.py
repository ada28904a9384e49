"""How teams are published, and how one gets a family doctor: inputs, payloads and mutations."""

import strawberry

from resolvers import agreements, family_doctors
from schema.base import made
from schema.changes import change, payload
from schema.family_doctors import FamilyDoctorAgreement, FamilyDoctorTeam
from schema.scalars import DateTime, Decimal

WRITE = (("agreement:write",),)


@strawberry.input(description="A service, and how often a year: at most 1,000 times.")
class PromisedServiceInput:
    name: str
    promised: int


@strawberry.input(description="A package, matched by its code, with 1 to 30 services of different names.")
class FamilyDoctorPackageInput:
    code: str
    name: str
    annual_fee: Decimal
    services: list[PromisedServiceInput]


@strawberry.input(
    description="A team, matched by its code, with all that it offers: 1 to 20 packages. One that is left out is offered no longer."
    " leaderId: a doctor of the institution; capacity: no less than the places that are taken; email: where the team is told what "
    "waits for a decision, else the institution is."
)
class PublishFamilyDoctorTeamInput:
    code: str
    name: str
    leader_id: strawberry.ID
    capacity: int
    packages: list[FamilyDoctorPackageInput]
    email: str | None = strawberry.UNSET


@payload
class PublishFamilyDoctorTeamPayload:
    """The team, new or as it was."""

    team: FamilyDoctorTeam | None = made("FamilyDoctorTeam", "The team.")


@strawberry.input(description="A team and which of its packages. residentId: the person cared for.")
class SignUpWithFamilyDoctorInput:
    team_id: strawberry.ID
    package_ids: list[strawberry.ID]
    resident_id: strawberry.ID | None = strawberry.UNSET


@payload
class SignUpWithFamilyDoctorPayload:
    """The agreement, which waits for the team to decide, or as it stands."""

    agreement: FamilyDoctorAgreement | None = made("FamilyDoctorAgreement", "The agreement.")


@strawberry.input(description="reason: the resident reads it.")
class DecideFamilyDoctorAgreementInput:
    agreement_id: strawberry.ID
    accept: bool
    reason: str | None = strawberry.UNSET


@payload
class DecideFamilyDoctorAgreementPayload:
    """The agreement, accepted or declined."""

    agreement: FamilyDoctorAgreement | None = made("FamilyDoctorAgreement", "The agreement.")


@strawberry.input
class RenewFamilyDoctorAgreementInput:
    agreement_id: strawberry.ID


@payload
class RenewFamilyDoctorAgreementPayload:
    """The agreement, which runs a year longer."""

    agreement: FamilyDoctorAgreement | None = made("FamilyDoctorAgreement", "The agreement.")


@strawberry.input(description="reason: the other side reads it.")
class EndFamilyDoctorAgreementInput:
    agreement_id: strawberry.ID
    reason: str


@payload
class EndFamilyDoctorAgreementPayload:
    """The agreement, which has ended."""

    agreement: FamilyDoctorAgreement | None = made("FamilyDoctorAgreement", "The agreement.")


@strawberry.input(
    description="service: by its name in the agreement; deliveredAt: now when left out; visitId: of the resident, here."
)
class RecordFamilyDoctorServiceInput:
    agreement_id: strawberry.ID
    service: str
    idempotency_key: str
    visit_id: strawberry.ID | None = strawberry.UNSET
    delivered_at: DateTime | None = strawberry.UNSET


@payload
class RecordFamilyDoctorServicePayload:
    """The agreement, with what was delivered by now."""

    agreement: FamilyDoctorAgreement | None = made("FamilyDoctorAgreement", "The agreement.")


@strawberry.type
class FamilyDoctorChanges:
    publish_family_doctor_team: PublishFamilyDoctorTeamPayload | None = change(
        family_doctors.publish_family_doctor_team,
        PublishFamilyDoctorTeamInput,
        "Publishes a team and what it offers. Agreements keep what was promised.",
        scopes=WRITE,
    )
    sign_up_with_family_doctor: SignUpWithFamilyDoctorPayload | None = change(
        agreements.sign_up_with_family_doctor,
        SignUpWithFamilyDoctorInput,
        "Asks a team to be the family doctor. The place is taken at once; the team decides within 72 hours.",
        scopes=WRITE,
    )
    decide_family_doctor_agreement: DecideFamilyDoctorAgreementPayload | None = change(
        agreements.decide_family_doctor_agreement,
        DecideFamilyDoctorAgreementInput,
        "The team accepts, for a year from today, or declines. The resident is told.",
        scopes=WRITE,
    )
    renew_family_doctor_agreement: RenewFamilyDoctorAgreementPayload | None = change(
        agreements.renew_family_doctor_agreement,
        RenewFamilyDoctorAgreementInput,
        "Adds the year that follows, with what is still offered of the packages, for what it costs now.",
        scopes=WRITE,
    )
    end_family_doctor_agreement: EndFamilyDoctorAgreementPayload | None = change(
        agreements.end_family_doctor_agreement,
        EndFamilyDoctorAgreementInput,
        "Ends a request or an agreement. What was paid goes back for a year that has not begun, or in which nothing was delivered.",
        scopes=WRITE,
    )
    record_family_doctor_service: RecordFamilyDoctorServicePayload | None = change(
        agreements.record_family_doctor_service,
        RecordFamilyDoctorServiceInput,
        "Counts a service that was delivered. The resident is told.",
        scopes=WRITE,
    )
