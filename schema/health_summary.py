"""The health summary: what whoever treats a person must know."""

from domain.enums import HealthRecordKind
from schema import rules
from schema.base import field, listed, stored
from schema.cards import SAME_RESIDENT
from schema.conditions import Allergy, Condition, Immunization
from schema.enums import BloodType
from schema.health_record import BY_TIME, READ
from schema.scalars import Date

MEDICATION = rules.record(HealthRecordKind.PRESCRIPTION, needed="true", pharmacy=True)  # they are in use, all of them


@stored(view="medication", owned=True, kind="PRESCRIPTION", rule=MEDICATION, scopes=READ)
class Medication:
    """A medicine that is being taken."""

    medicine: str = field("Which one.")
    dose: str = field("How much at a time.")
    route: str = field("How it is taken.")
    frequency: str = field("How often.")
    days: int = field("For how many days.")
    since: Date = field("Since when: the day on which it was prescribed.")


@stored(view="health_summary", owned=True, kind="RECORD", rule=rules.HEALTH_SUMMARY, scopes=READ)
class HealthSummary:
    """What whoever treats a person must know."""

    blood_type: BloodType | None = field("The blood type, where it is known.")
    allergies: list[Allergy] = listed("Allergy", "Allergies, newest first.", on=SAME_RESIDENT, order=BY_TIME)
    conditions: list[Condition] = listed(
        "Condition", "Conditions, those that are over too, newest first.", on=SAME_RESIDENT, order=BY_TIME
    )
    medications: list[Medication] = listed(
        "Medication",
        "Medicines in use: from prescriptions of any institution, for the days they were prescribed for; newest first.",
        on=SAME_RESIDENT,
        order=BY_TIME,
    )
    immunizations: list[Immunization] = listed(
        "Immunization", "Vaccines that were given, newest first.", on=SAME_RESIDENT, order=BY_TIME
    )
