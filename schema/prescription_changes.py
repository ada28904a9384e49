"""How medicine is prescribed, made ready and handed out: inputs, payloads and mutations."""

import strawberry

from resolvers import pickups, prescriptions
from schema.base import made, provided
from schema.card_changes import PresentedCode
from schema.changes import change, payload
from schema.prescriptions import Prescription
from schema.scalars import Decimal

WRITE = (("prescription:write",),)


@strawberry.input(description="A medicine: at most four places of the quantity, two of the price of one.")
class PrescribedItemInput:
    medicine: str
    dose: str
    route: str
    frequency: str
    days: int
    quantity: Decimal
    unit: str
    unit_price: Decimal
    code: str | None = strawberry.UNSET


@strawberry.input(
    description="What a doctor prescribes in a visit. pharmacyId: the institution that hands it out, this one when left out; "
    "insured: the part of the price that the insurance fund pays."
)
class IssuePrescriptionInput:
    visit_id: strawberry.ID
    doctor_id: strawberry.ID
    items: list[PrescribedItemInput]
    insured: Decimal
    idempotency_key: str
    pharmacy_id: strawberry.ID | None = strawberry.UNSET


@payload
class IssuePrescriptionPayload:
    """The prescription, and its bill where it costs something."""

    prescription: Prescription | None = made("Prescription", "The prescription.")


@strawberry.input(description="A prescription of which nothing was handed out.")
class CancelPrescriptionInput:
    prescription_id: strawberry.ID
    reason: str


@payload
class CancelPrescriptionPayload:
    """The prescription, cancelled; its bill is cancelled too, or refunded."""

    prescription: Prescription | None = made("Prescription", "The prescription.")


@strawberry.input(description="A prescription that is paid.")
class MarkPrescriptionReadyInput:
    prescription_id: strawberry.ID


@payload
class MarkPrescriptionReadyPayload:
    """The prescription, ready to be collected."""

    prescription: Prescription | None = made("Prescription", "The prescription.")


@strawberry.input(description="How much of an item is handed out.")
class DispensedItemInput:
    item_id: strawberry.ID
    quantity: Decimal


@strawberry.input(
    description="visitId: of a visit opened with COLLECT_MEDICINE, by the resident's code or a delegate's. items: all that is left "
    "when left out."
)
class DispensePrescriptionInput:
    prescription_id: strawberry.ID
    visit_id: strawberry.ID
    idempotency_key: str
    items: list[DispensedItemInput] | None = strawberry.UNSET


@payload
class DispensePrescriptionPayload:
    """The prescription, and what of it was handed out by now."""

    prescription: Prescription | None = made("Prescription", "The prescription.")


@strawberry.input(description="Who is to collect which prescription.")
class DelegatePickupInput:
    prescription_id: strawberry.ID
    delegate_name: str


@payload
class DelegatePickupPayload:
    """A code to hand on: once, for this prescription alone, until the end of tomorrow."""

    code: PresentedCode | None = provided("The code.", "code")


@strawberry.type
class PrescriptionChanges:
    issue_prescription: IssuePrescriptionPayload | None = change(
        prescriptions.issue_prescription, IssuePrescriptionInput, "Prescribes medicine, and bills it.", scopes=WRITE
    )
    cancel_prescription: CancelPrescriptionPayload | None = change(
        prescriptions.cancel_prescription,
        CancelPrescriptionInput,
        "Takes a prescription back before anything is handed out: its bill is cancelled, and what was paid is refunded.",
        scopes=WRITE,
    )
    mark_prescription_ready: MarkPrescriptionReadyPayload | None = change(
        prescriptions.mark_prescription_ready,
        MarkPrescriptionReadyInput,
        "The pharmacy has a paid prescription ready; the resident is told.",
        scopes=WRITE,
    )
    dispense_prescription: DispensePrescriptionPayload | None = change(
        prescriptions.dispense_prescription,
        DispensePrescriptionInput,
        "Hands medicine out, all that is left or a part of it, each piece once.",
        scopes=WRITE,
    )
    delegate_pickup: DelegatePickupPayload | None = change(
        pickups.delegate_pickup,
        DelegatePickupInput,
        "A code with which somebody else collects this prescription once; an earlier one ends.",
        scopes=WRITE,
    )
