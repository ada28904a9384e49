"""The contract's enums, under the names they have in the domain."""

import strawberry

from domain import enums

AppKind = strawberry.enum(enums.AppKind, description="What kind of app it is.")
CardStatus = strawberry.enum(enums.CardStatus, description="What can be done with a card.")
CareScope = strawberry.enum(enums.CareScope, description="What a carer may see and do for the person cared for.")
CareSetting = strawberry.enum(enums.CareSetting, description="Outpatient or inpatient care.")
CareStep = strawberry.enum(enums.CareStep, description="The step of care at which a code is scanned.")
CodeForm = strawberry.enum(
    enums.CodeForm, description="PLATFORM: the signed form. NATIONAL: what readers already in use understand."
)
CodePurpose = strawberry.enum(enums.CodePurpose, description="What a code may be used for.")
DocumentType = strawberry.enum(enums.DocumentType, description="Identity documents (CV02.01.101).")
ErrorCode = strawberry.enum(enums.ErrorCode, description="Why a change was refused.")
FileStatus = strawberry.enum(enums.FileStatus, description="PENDING until a worker has made the file.")
ImageFormat = strawberry.enum(enums.ImageFormat, description="The form of an image.")
Relationship = strawberry.enum(enums.Relationship, description="What the member is to the carer (GB/T 4761).")
ScanOutcome = strawberry.enum(enums.ScanOutcome, description="What a scan came to.")
Sex = strawberry.enum(enums.Sex, description="Sex as the document says.")
TerminalKind = strawberry.enum(enums.TerminalKind, description="Where a code is scanned.")
VerificationPurpose = strawberry.enum(enums.VerificationPurpose, description="What a code by SMS is for.")
