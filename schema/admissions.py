"""Stays in hospital."""

from domain.enums import HealthRecordKind
from schema import rules
from schema.base import field, stored
from schema.enums import AdmissionStatus
from schema.health_record import READ, HealthRecordEntry
from schema.scalars import DateTime


@stored(view="admission", letter="n", owned=True, kind="RECORD", rule=rules.record(HealthRecordKind.ADMISSION), scopes=READ)
class Admission(HealthRecordEntry):
    """A stay in hospital."""

    status: AdmissionStatus = field("Whether the patient is there still.")
    ward: str = field("On which ward.")
    bed: str = field("In which bed.")
    admitted_at: DateTime = field("When it began.")
    discharged_at: DateTime | None = field("When it ended.")
    summary: str | None = field("What was done, and what is to follow.")
