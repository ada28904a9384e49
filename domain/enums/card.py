"""Enums of residents, their cards and codes, and who may use them."""

from enum import StrEnum


class ImageFormat(StrEnum):
    """The form of an image."""

    SVG = "SVG"
    PNG = "PNG"


class FileStatus(StrEnum):
    """PENDING until a worker has made the file."""

    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


class DocumentType(StrEnum):
    """Identity documents (CV02.01.101)."""

    RESIDENT_ID = "RESIDENT_ID"
    HOUSEHOLD_BOOK = "HOUSEHOLD_BOOK"
    PASSPORT = "PASSPORT"
    OFFICER = "OFFICER"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    HK_MACAU_PERMIT = "HK_MACAU_PERMIT"
    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"
    OTHER = "OTHER"


class Sex(StrEnum):
    """Sex as the document says."""

    MALE = "MALE"
    FEMALE = "FEMALE"
    UNKNOWN = "UNKNOWN"


class CardStatus(StrEnum):
    """What can be done with a card."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REPLACED = "REPLACED"
    CLOSED = "CLOSED"


class CodePurpose(StrEnum):
    """What a code may be used for."""

    IDENTIFY = "IDENTIFY"
    PAY = "PAY"
    RECORDS = "RECORDS"
    COLLECT = "COLLECT"


class CodeForm(StrEnum):
    """PLATFORM: signed by this platform. NATIONAL: what readers already in use understand."""

    PLATFORM = "PLATFORM"
    NATIONAL = "NATIONAL"


class VerificationPurpose(StrEnum):
    """What a code by SMS is for."""

    SIGN_IN = "SIGN_IN"
    CHANGE_PHONE = "CHANGE_PHONE"
    ADD_FAMILY_MEMBER = "ADD_FAMILY_MEMBER"


class CareStep(StrEnum):
    """The step of care at which a code is scanned."""

    REGISTER = "REGISTER"
    DIAGNOSE = "DIAGNOSE"
    COLLECT_MEDICINE = "COLLECT_MEDICINE"
    EXAMINE = "EXAMINE"
    PAY = "PAY"
    PRESCRIBE = "PRESCRIBE"
    SURGERY = "SURGERY"
    OTHER = "OTHER"


class CareSetting(StrEnum):
    """Outpatient or inpatient care."""

    OUTPATIENT = "OUTPATIENT"
    INPATIENT = "INPATIENT"


class TerminalKind(StrEnum):
    """Where a code is scanned."""

    WINDOW = "WINDOW"
    KIOSK = "KIOSK"
    OTHER = "OTHER"


class ScanOutcome(StrEnum):
    """What a scan came to."""

    ACCEPTED = "ACCEPTED"
    INVALID_CODE = "INVALID_CODE"
    EXPIRED_CODE = "EXPIRED_CODE"
    ALREADY_USED = "ALREADY_USED"
    REVOKED = "REVOKED"
    WRONG_PURPOSE = "WRONG_PURPOSE"
    CARD_SUSPENDED = "CARD_SUSPENDED"
    NOT_ACCEPTED_HERE = "NOT_ACCEPTED_HERE"


class Relationship(StrEnum):
    """What the member is to the carer (GB/T 4761)."""

    CHILD = "CHILD"
    PARENT = "PARENT"
    SPOUSE = "SPOUSE"
    GRANDPARENT = "GRANDPARENT"
    GRANDCHILD = "GRANDCHILD"
    SIBLING = "SIBLING"
    SELF = "SELF"  # the same person, under the temporary card that was bound to theirs
    OTHER = "OTHER"


class CareScope(StrEnum):
    """What a carer may see and do for the person cared for."""

    CARD = "CARD"
    APPOINTMENTS = "APPOINTMENTS"
    BILLS = "BILLS"
    REPORTS = "REPORTS"
    PRESCRIPTIONS = "PRESCRIPTIONS"
    RECORDS = "RECORDS"
    FAMILY_DOCTOR = "FAMILY_DOCTOR"
