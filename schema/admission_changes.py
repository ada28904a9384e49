"""How patients are admitted, moved, charged and discharged: inputs, payloads and mutations."""

import strawberry

from resolvers import admissions, discharges
from schema.admissions import Admission
from schema.base import made
from schema.bills import Bill
from schema.changes import change, payload
from schema.scalars import Date, Decimal

WRITE = (("admission:write",),)


@strawberry.input(description="A patient who was there in a visit. deposit: what is to be paid in advance; 0 for none.")
class AdmitPatientInput:
    visit_id: strawberry.ID
    ward: str
    bed: str
    deposit: Decimal
    idempotency_key: str


@payload
class AdmitPatientPayload:
    """The stay, with the bill of its deposit."""

    admission: Admission | None = made("Admission", "The stay.")


@strawberry.input(description="Where the patient lies from now on.")
class TransferPatientInput:
    admission_id: strawberry.ID
    ward: str
    bed: str


@payload
class TransferPatientPayload:
    """The stay, on the other ward."""

    admission: Admission | None = made("Admission", "The stay.")


@strawberry.input(description="Another deposit.")
class RequestDepositInput:
    admission_id: strawberry.ID
    amount: Decimal
    idempotency_key: str


@payload
class RequestDepositPayload:
    """The bill of the deposit."""

    bill: Bill | None = made("Bill", "The bill.")


@strawberry.input(
    description="A line of the daily list: at most four places of the quantity, two of the price of one. A quantity below nothing "
    "takes back what was charged under this code and price."
)
class InpatientChargeInput:
    charged_on: Date
    code: str
    name: str
    quantity: Decimal
    unit_price: Decimal


@strawberry.input(description="At most 200 lines, of days of the stay.")
class AddInpatientChargesInput:
    admission_id: strawberry.ID
    charges: list[InpatientChargeInput]
    idempotency_key: str


@payload
class AddInpatientChargesPayload:
    """The stay, and what is left of its deposits."""

    admission: Admission | None = made("Admission", "The stay.")


@strawberry.input(
    description="insured: the part of what was charged that the insurance fund pays; summary: what was done, and what is to follow."
)
class DischargePatientInput:
    admission_id: strawberry.ID
    insured: Decimal
    summary: str
    idempotency_key: str


@payload
class DischargePatientPayload:
    """The stay, with its final bill and what goes back of the deposits."""

    admission: Admission | None = made("Admission", "The stay.")


@strawberry.type
class AdmissionChanges:
    admit_patient: AdmitPatientPayload | None = change(
        admissions.admit_patient, AdmitPatientInput, "Admits a patient, and asks for a deposit.", scopes=WRITE
    )
    transfer_patient: TransferPatientPayload | None = change(
        admissions.transfer_patient, TransferPatientInput, "Moves an inpatient to another ward or bed.", scopes=WRITE
    )
    request_deposit: RequestDepositPayload | None = change(
        admissions.request_deposit, RequestDepositInput, "Asks for another deposit: a bill like any other.", scopes=WRITE
    )
    add_inpatient_charges: AddInpatientChargesPayload | None = change(
        admissions.add_inpatient_charges,
        AddInpatientChargesInput,
        "Charges an inpatient; whose deposits run low is told.",
        scopes=WRITE,
    )
    discharge_patient: DischargePatientPayload | None = change(
        discharges.discharge_patient,
        DischargePatientInput,
        "Ends a stay: deposits count towards the final bill, and what is left of them goes back the way it came.",
        scopes=WRITE,
    )
