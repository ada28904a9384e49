"""The visit that an accepted scan opens at an institution."""

from schema import rules
from schema.appointments import Appointment
from schema.base import Node, by_time, edge, field, listed, stored
from schema.bills import BY_TIME, Bill
from schema.cards import SAME_RESIDENT, Card
from schema.enums import CareSetting, CareStep, ScanOutcome
from schema.institutions import Department, Institution
from schema.prescriptions import Prescription
from schema.residents import Resident
from schema.scalars import DateTime

OPEN = "{p}.expires_at > now()"


@stored(view="visit", letter="V", owned=True, kind="VISIT", rule=rules.VISIT, scopes=(("visit:read",),), passage=True)
class Visit(Node):
    """A resident is here, for one care step. What the step does not need is null; card and resident are, once it has expired."""

    care_step: CareStep = field("For which step.")
    care_setting: CareSetting = field("In which setting.")
    opened_at: DateTime = field("When the code was accepted.")
    expires_at: DateTime = field("Until when it reads anything.")
    patient_number: str | None = field("The institution's own number of the patient, where it was linked.")
    delegate_name: str | None = field("Who came in the resident's place, where somebody did.")
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
    department: Department | None = edge("Department", "In which department.", on={"key": "{p}.department_id"})
    card: Card | None = edge("Card", "The card.", on={**SAME_RESIDENT, "key": "{p}.card_id"})
    appointments: list[Appointment] = listed(
        "Appointment",
        "What the patient has booked here for today, for the window that registers.",
        on=SAME_RESIDENT,  # the rule leaves those of the institution that asks
        always=f"{{t}}.starts_at >= {rules.TODAY} and {{t}}.starts_at < {rules.TOMORROW} and {{t}}.status <> 'CANCELLED'",
        when=f"{OPEN} and {rules.step_is('{p}', rules.REGISTERING)}",
        order=by_time(),
    )
    bills: list[Bill] = listed(
        "Bill",
        "What is open here, newest first, for the cashier.",
        on={**SAME_RESIDENT, "institution_id": "{p}.institution_id"},
        always="{t}.status in ('UNPAID', 'PAYING')",
        when=f"{OPEN} and {rules.step_is('{p}', rules.PAYING)}",
        order=BY_TIME,
    )
    prescriptions: list[Prescription] = listed(
        "Prescription",
        "What can be collected here, by the time of its issue, for the pharmacy; for a delegate that one alone.",
        on={**SAME_RESIDENT, "pharmacy_id": "{p}.institution_id"},
        always="{t}.status in ('READY', 'PARTLY_DISPENSED') and {t}.expires_at > now()"
        " and ({p}.prescription_id is null or {t}.key = {p}.prescription_id)",
        when=f"{OPEN} and {rules.step_is('{p}', rules.COLLECTING)}",
        order=by_time("issued_at"),
    )
    resident: Resident | None = edge("Resident", "The patient.", on=SAME_RESIDENT, when=OPEN)


@stored(view="offline_scan", rule=rules.OFFLINE_SCAN, scopes=(("visit:read",),))
class OfflineScanResult:
    """What an offline scan came to."""

    client_reference: str = field("The terminal's own reference.")
    outcome: ScanOutcome = field("What it came to.")
    visit: Visit | None = edge("Visit", "The visit that it opened.", on={"resident_id": "{p}.resident_id", "key": "{p}.visit_id"})
