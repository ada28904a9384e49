"""Enums of care: appointments, reports, prescriptions, the health record, family doctors, admissions."""

from enum import StrEnum


class AppointmentStatus(StrEnum):
    """How far an appointment has come."""

    BOOKED = "BOOKED"
    CHECKED_IN = "CHECKED_IN"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"


class WaitlistStatus(StrEnum):
    """How far a place on a waiting list has come."""

    WAITING = "WAITING"
    BOOKED = "BOOKED"
    LEFT = "LEFT"
    EXPIRED = "EXPIRED"


class ReportCategory(StrEnum):
    """What kind of examination a report is of."""

    LABORATORY = "LABORATORY"
    IMAGING = "IMAGING"
    PATHOLOGY = "PATHOLOGY"
    CHECKUP = "CHECKUP"
    OTHER = "OTHER"


class ReportStatus(StrEnum):
    """Whether a report stands."""

    FINAL = "FINAL"
    AMENDED = "AMENDED"
    WITHDRAWN = "WITHDRAWN"


class ObservationFlag(StrEnum):
    """How a value lies to its reference range."""

    NORMAL = "NORMAL"
    LOW = "LOW"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"
    ABNORMAL = "ABNORMAL"


class PrescriptionStatus(StrEnum):
    """How far a prescription has come."""

    ISSUED = "ISSUED"
    READY = "READY"
    PARTLY_DISPENSED = "PARTLY_DISPENSED"
    DISPENSED = "DISPENSED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class HealthRecordKind(StrEnum):
    """The kinds of entries in a health record."""

    ENCOUNTER = "ENCOUNTER"
    REPORT = "REPORT"
    PRESCRIPTION = "PRESCRIPTION"
    IMMUNIZATION = "IMMUNIZATION"
    ALLERGY = "ALLERGY"
    CONDITION = "CONDITION"
    ADMISSION = "ADMISSION"


class ExportFormat(StrEnum):
    """The form of an exported health record."""

    JSON = "JSON"
    PDF = "PDF"


class AllergySeverity(StrEnum):
    """How badly an allergy strikes."""

    MILD = "MILD"
    MODERATE = "MODERATE"
    SEVERE = "SEVERE"


class ConditionStatus(StrEnum):
    """Whether a condition still holds."""

    ACTIVE = "ACTIVE"
    RESOLVED = "RESOLVED"


class BloodType(StrEnum):
    """ABO group with the rhesus factor; UNKNOWN: of the factor alone."""

    A_POSITIVE = "A_POSITIVE"
    A_NEGATIVE = "A_NEGATIVE"
    A_UNKNOWN = "A_UNKNOWN"
    B_POSITIVE = "B_POSITIVE"
    B_NEGATIVE = "B_NEGATIVE"
    B_UNKNOWN = "B_UNKNOWN"
    AB_POSITIVE = "AB_POSITIVE"
    AB_NEGATIVE = "AB_NEGATIVE"
    AB_UNKNOWN = "AB_UNKNOWN"
    O_POSITIVE = "O_POSITIVE"
    O_NEGATIVE = "O_NEGATIVE"
    O_UNKNOWN = "O_UNKNOWN"


class AgreementStatus(StrEnum):
    """How far an agreement with a family doctor has come."""

    REQUESTED = "REQUESTED"
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"
    ENDED = "ENDED"
    EXPIRED = "EXPIRED"


class AdmissionStatus(StrEnum):
    """Whether an inpatient is still there."""

    ADMITTED = "ADMITTED"
    DISCHARGED = "DISCHARGED"
