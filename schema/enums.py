"""The contract's enums, under the names and with the values that they have in the domain."""

from enum import EnumMeta

import strawberry

from domain.enums import (
    AppKind,
    AppointmentStatus,
    CardStatus,
    CareScope,
    CareSetting,
    CareStep,
    CodeForm,
    CodePurpose,
    DocumentType,
    ErrorCode,
    FileStatus,
    ImageFormat,
    PaymentFlow,
    PaymentMethod,
    PaymentStatus,
    Relationship,
    ScanOutcome,
    Sex,
    TerminalKind,
    VerificationPurpose,
)

_DESCRIPTIONS: dict[EnumMeta, str] = {
    AppKind: "What kind of app it is.",
    AppointmentStatus: "How far an appointment has come.",
    CardStatus: "What can be done with a card.",
    CareScope: "What a carer may see and do for the person cared for.",
    CareSetting: "Outpatient or inpatient care.",
    CareStep: "The step of care at which a code is scanned.",
    CodeForm: "PLATFORM: the signed form. NATIONAL: what readers already in use understand.",
    CodePurpose: "What a code may be used for.",
    DocumentType: "Identity documents (CV02.01.101).",
    ErrorCode: "Why a change was refused.",
    FileStatus: "PENDING until a worker has made the file.",
    ImageFormat: "The form of an image.",
    PaymentFlow: "Where the payer pays. It decides what the instructions hold.",
    PaymentMethod: "Who carries the money.",
    PaymentStatus: "How far a payment has come.",
    Relationship: "What the member is to the carer (GB/T 4761).",
    ScanOutcome: "What a scan came to.",
    Sex: "Sex as the document says.",
    TerminalKind: "Where a code is scanned.",
    VerificationPurpose: "What a code by SMS is for.",
}
for _enum, _description in _DESCRIPTIONS.items():
    strawberry.enum(_enum, description=_description)

__all__ = [
    "AppKind",
    "AppointmentStatus",
    "CardStatus",
    "CareScope",
    "CareSetting",
    "CareStep",
    "CodeForm",
    "CodePurpose",
    "DocumentType",
    "ErrorCode",
    "FileStatus",
    "ImageFormat",
    "PaymentFlow",
    "PaymentMethod",
    "PaymentStatus",
    "Relationship",
    "ScanOutcome",
    "Sex",
    "TerminalKind",
    "VerificationPurpose",
]
