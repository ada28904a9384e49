"""What institutions write into the health record, and how they read it in an emergency: inputs, payloads and mutations."""

import strawberry

from resolvers import conditions, emergencies, encounters
from schema.base import made
from schema.changes import change, payload
from schema.conditions import Allergy, Condition, Immunization
from schema.encounters import Encounter
from schema.enums import AllergySeverity, BloodType, ConditionStatus
from schema.health_summary import HealthSummary
from schema.residents import IdDocumentInput
from schema.scalars import Date, DateTime
from schema.visits import Visit

WRITE = (("record:write",),)


@strawberry.input(description="A diagnosis: its code in ICD-10, and its name.")
class DiagnosisInput:
    code: str
    display: str


@strawberry.input(
    description="What a doctor found in a visit: at most 50 diagnoses, the main one first. occurredAt: when the visit was opened,"
    " if it is left out."
)
class RecordEncounterInput:
    visit_id: strawberry.ID
    department_id: strawberry.ID
    doctor_id: strawberry.ID
    diagnoses: list[DiagnosisInput]
    idempotency_key: str
    note: str | None = strawberry.UNSET
    occurred_at: DateTime | None = strawberry.UNSET


@payload
class RecordEncounterPayload:
    """The encounter."""

    encounter: Encounter | None = made("Encounter", "The encounter.")


@strawberry.input(description="An illness or another finding that lasts. code: in ICD-10. resolvedOn: of one that is RESOLVED.")
class RecordConditionInput:
    visit_id: strawberry.ID
    code: str
    display: str
    idempotency_key: str
    status: ConditionStatus = ConditionStatus.ACTIVE
    since: Date | None = strawberry.UNSET
    resolved_on: Date | None = strawberry.UNSET


@payload
class RecordConditionPayload:
    """The condition."""

    condition: Condition | None = made("Condition", "The condition.")


@strawberry.input(description="A condition that this institution wrote down. resolvedOn: today when it is left out.")
class ResolveConditionInput:
    condition_id: strawberry.ID
    resolved_on: Date | None = strawberry.UNSET


@payload
class ResolveConditionPayload:
    """The condition, resolved."""

    condition: Condition | None = made("Condition", "The condition.")


@strawberry.input(description="What the resident must not be given. code: the institution's, of the substance.")
class RecordAllergyInput:
    visit_id: strawberry.ID
    substance: str
    severity: AllergySeverity
    idempotency_key: str
    code: str | None = strawberry.UNSET
    reaction: str | None = strawberry.UNSET


@payload
class RecordAllergyPayload:
    """The allergy."""

    allergy: Allergy | None = made("Allergy", "The allergy.")


@strawberry.input(description="A vaccine that was given, now or as the patient's papers show. code: the institution's.")
class RecordImmunizationInput:
    visit_id: strawberry.ID
    vaccine: str
    given_on: Date
    idempotency_key: str
    code: str | None = strawberry.UNSET
    dose: str | None = strawberry.UNSET
    lot_number: str | None = strawberry.UNSET


@payload
class RecordImmunizationPayload:
    """The immunization."""

    immunization: Immunization | None = made("Immunization", "The immunization.")


@strawberry.input(description="The blood type as it was determined in a visit.")
class RecordBloodTypeInput:
    visit_id: strawberry.ID
    blood_type: BloodType


@payload
class RecordBloodTypePayload:
    """The summary that has it."""

    summary: HealthSummary | None = made("HealthSummary", "The summary.")


@strawberry.input(
    description="An emergency. visitId of an open visit, or the document of a patient who can show no code: then a visit is opened."
)
class BreakGlassInput:
    reason: str
    visit_id: strawberry.ID | None = strawberry.UNSET
    document: IdDocumentInput | None = strawberry.UNSET


@payload
class BreakGlassPayload:
    """The visit that reads everything."""

    visit: Visit | None = made("Visit", "The visit.")


@strawberry.type
class HealthRecordChanges:
    record_encounter: RecordEncounterPayload | None = change(
        encounters.record_encounter,
        RecordEncounterInput,
        "What a doctor found. Completes the appointment that was checked in with this visit.",
        scopes=WRITE,
    )
    record_condition: RecordConditionPayload | None = change(
        conditions.record_condition, RecordConditionInput, "A condition, as FHIR's resource of that name.", scopes=WRITE
    )
    resolve_condition: ResolveConditionPayload | None = change(
        conditions.resolve_condition, ResolveConditionInput, "A condition is over.", scopes=WRITE
    )
    record_allergy: RecordAllergyPayload | None = change(
        conditions.record_allergy, RecordAllergyInput, "An allergy, as FHIR's AllergyIntolerance.", scopes=WRITE
    )
    record_immunization: RecordImmunizationPayload | None = change(
        conditions.record_immunization, RecordImmunizationInput, "An immunization, as FHIR's resource of that name.", scopes=WRITE
    )
    record_blood_type: RecordBloodTypePayload | None = change(
        conditions.record_blood_type, RecordBloodTypeInput, "The blood type, in the place of an earlier one.", scopes=WRITE
    )
    break_glass: BreakGlassPayload | None = change(
        emergencies.break_glass,
        BreakGlassInput,
        "In an emergency: the whole record, with a reason, shown to the resident at once.",
        scopes=WRITE,
    )
