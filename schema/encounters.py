"""Encounters: a doctor has seen the patient."""

from domain.enums import HealthRecordKind
from plans.mapping import Order
from schema import rules
from schema.base import edge, field, listed, stored
from schema.cards import SAME_RESIDENT
from schema.doctors import Doctor
from schema.enums import CareSetting
from schema.health_record import READ, HealthRecordEntry
from schema.institutions import Department
from schema.scalars import DateTime


@stored(view="diagnosis", owned=True, kind="RECORD", rule=rules.record(HealthRecordKind.ENCOUNTER), scopes=READ)
class Diagnosis:
    """What the doctor found."""

    code: str = field("ICD-10.")
    display: str = field("In words.")


@stored(view="encounter", letter="e", owned=True, kind="RECORD", rule=rules.record(HealthRecordKind.ENCOUNTER), scopes=READ)
class Encounter(HealthRecordEntry):
    """A doctor has seen the patient."""

    care_setting: CareSetting = field("In which setting.")
    department: Department | None = edge("Department", "In which department.", on={"key": "{p}.department_id"})
    doctor: Doctor | None = edge("Doctor", "By whom.", on={"key": "{p}.doctor_id"})
    diagnoses: list[Diagnosis] = listed(
        "Diagnosis",
        "What was found, the main diagnosis first.",
        on={**SAME_RESIDENT, "encounter_id": "{p}.key"},
        order=Order(("key",), ("int",)),
    )
    note: str | None = field("What the doctor noted.")
    recorded_at: DateTime = field("When it was written down.")
