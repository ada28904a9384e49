"""What institutions, and the operator, change: inputs, payloads and mutations."""

import strawberry

from plans.mapping import Many
from resolvers import check_ins, institutions, jobs, visits
from schema.appointments import Appointment
from schema.base import made, provided
from schema.changes import change, payload
from schema.clients import Client
from schema.enums import CareSetting, CareStep, TerminalKind
from schema.institutions import Institution
from schema.operations import FailedJob
from schema.scalars import DateTime
from schema.visits import OfflineScanResult, Visit

WRITE = (("visit:write",),)
OF_OPERATORS = (("platform:write",),)


@strawberry.input(description="Where a code is scanned: the institution's own id of the terminal.")
class TerminalInput:
    id: str
    kind: TerminalKind


@strawberry.input(description="A scan.")
class VerifyCodeInput:
    code: str
    care_step: CareStep
    care_setting: CareSetting
    terminal: TerminalInput
    department_code: str | None = strawberry.UNSET


@payload
class VerifyCodePayload:
    """The visit that an accepted scan opens."""

    visit: Visit | None = made("Visit", "The visit.")


@strawberry.input(description="A scan that a terminal took while the network was down.")
class OfflineScanInput:
    client_reference: str
    code: str
    care_step: CareStep
    care_setting: CareSetting
    scanned_at: DateTime
    terminal: TerminalInput
    department_code: str | None = strawberry.UNSET


@strawberry.input(description="Scans in the order in which they were taken, at most 200.")
class UploadOfflineScansInput:
    scans: list[OfflineScanInput]


@payload
class UploadOfflineScansPayload:
    """What each scan came to, in the order of the input."""

    results: list[OfflineScanResult] | None = made("OfflineScanResult", "The results.", Many.LIST)


@strawberry.input(description="The institution's own number of the patient who is here.")
class LinkPatientNumberInput:
    visit_id: strawberry.ID
    patient_number: str


@payload
class LinkPatientNumberPayload:
    """The visit with the number."""

    visit: Visit | None = made("Visit", "The visit.")


@strawberry.input(description="Who has the appointment is here.")
class CheckInInput:
    appointment_id: strawberry.ID
    visit_id: strawberry.ID


@payload
class CheckInPayload:
    """The appointment, checked in."""

    appointment: Appointment | None = made("Appointment", "The appointment.")


@strawberry.input(description="A new institution, with credentials of its own.")
class RegisterInstitutionInput:
    code: str
    name: str
    district: str
    level: str
    address: str
    accepts_outpatient: bool
    accepts_inpatient: bool
    care_steps: list[CareStep]
    email: str | None = strawberry.UNSET


@payload
class RegisterInstitutionPayload:
    """The institution and its credentials; the secret is shown this once."""

    institution: Institution | None = made("Institution", "The institution.")
    client: Client | None = made("Client", "Its credentials.")


@strawberry.input(description="What is left out stays as it is; an empty email takes the address away.")
class UpdateInstitutionInput:
    institution_id: strawberry.ID
    accepts_outpatient: bool | None = strawberry.UNSET
    accepts_inpatient: bool | None = strawberry.UNSET
    care_steps: list[CareStep] | None = strawberry.UNSET
    email: str | None = strawberry.UNSET


@payload
class UpdateInstitutionPayload:
    """The institution as it is now."""

    institution: Institution | None = made("Institution", "The institution.")


@strawberry.input(description="A job whose last try failed.")
class RetryFailedJobInput:
    job_id: strawberry.ID


@payload
class RetryFailedJobPayload:
    """The job, waiting again."""

    job: FailedJob | None = provided("The job, with no attempts yet.", "job")


@strawberry.type
class InstitutionChanges:
    # At an institution
    verify_code: VerifyCodePayload | None = change(
        visits.verify_code, VerifyCodeInput, "Opens a visit with a code that is shown.", scopes=WRITE
    )
    upload_offline_scans: UploadOfflineScansPayload | None = change(
        visits.upload_offline_scans,
        UploadOfflineScansInput,
        "Scans taken while the network was down; the same reference again changes nothing.",
        scopes=WRITE,
    )
    link_patient_number: LinkPatientNumberPayload | None = change(
        visits.link_patient_number,
        LinkPatientNumberInput,
        "Binds the institution's own patient number to the card.",
        scopes=WRITE,
    )
    check_in: CheckInPayload | None = change(
        check_ins.check_in,
        CheckInInput,
        "Checks an appointment of today in with the visit of who has it; a scan that leaves no choice has done so.",
        scopes=(("visit:write",), ("appointment:write",)),
    )
    # The operator
    register_institution: RegisterInstitutionPayload | None = change(
        institutions.register_institution,
        RegisterInstitutionInput,
        "Opens the platform to an institution.",
        scopes=OF_OPERATORS,
    )
    update_institution: UpdateInstitutionPayload | None = change(
        institutions.update_institution,
        UpdateInstitutionInput,
        "Changes what an institution accepts.",
        scopes=OF_OPERATORS,
    )
    retry_failed_job: RetryFailedJobPayload | None = change(
        jobs.retry_failed_job, RetryFailedJobInput, "Tries a failed job again.", scopes=OF_OPERATORS
    )
