"""Institutions and their departments: public, since people look for care before they have a card."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema import rules
from schema.base import Connection, Node, argument, by_code, by_time, connection, field, listed, newest_first, stored
from schema.enums import AdmissionStatus, AgreementStatus, AppointmentStatus, BillStatus, CareStep, PrescriptionStatus
from schema.scalars import Date

if TYPE_CHECKING:
    from schema.admissions import Admission
    from schema.appointments import Appointment
    from schema.bills import Bill
    from schema.doctors import Doctor
    from schema.family_doctors import FamilyDoctorAgreement
    from schema.prescriptions import Prescription

CONTACT = (("platform:read",), ("directory:write",))


def of_queue(table: str, institution: str, time: str) -> str:
    """Rows of these statuses in the order of their time. Of each status the oldest is found first, so that the list need not begin
    years ago to come to those that wait. `institution`, `time`: the table's columns."""
    return (
        f"{{t}}.status = any({{value}}::text[]) and {{t}}.{time} >="
        f" (select min(oldest.{time}) from unnest({{value}}::text[]) o(status), lateral (select q.{time} from public.{table} q"
        f" where q.{institution} = {{p}}.key and q.status = o.status order by q.{time} limit 1) oldest)"
    )


@stored(view="institution", letter="I", rule=rules.INSTITUTION)
class Institution(Node):
    """A hospital or a community health centre."""

    code: str = field("The operator's code.")
    name: str = field("The name people know.")
    district: str = field("The district of the city.")
    level: str = field("The grade: 三级甲等 …")
    address: str = field("Where it is.")
    accepts_outpatient: bool = field("Whether the card opens outpatient care here.")
    accepts_inpatient: bool = field("Whether the card opens hospitalization here.")
    care_steps: list[CareStep] = field("The care steps at which the card is accepted.")
    email: str | None = field(
        "Where it is written to of what waits for it; for the institution itself and the operator alone.", scopes=CONTACT
    )
    departments: list["Department"] = listed(
        "Department",
        "The departments in use, by code.",
        on={"institution_id": "{p}.key"},
        always="{t}.active",
        order=by_code(),
    )
    appointments: Connection[Annotated["Appointment", strawberry.lazy("schema.appointments")]] = connection(
        "Appointment",
        "The day's appointments here, by time. Only the institution reads them, and each resident their own.",
        on={"institution_id": "{p}.key"},
        order=by_time(),
        args={
            "date": argument(Date, "Of which day.", ...),
            "department_id": argument(strawberry.ID | None, "In this department alone."),
            "doctor_id": argument(strawberry.ID | None, "With this doctor alone."),
            "statuses": argument(list[AppointmentStatus] | None, "Those that have come so far; all when left out."),
        },
        where={
            "date": "{t}.day = {value}",
            "departmentId": "{t}.department_id = {value}",
            "doctorId": "{t}.doctor_id = {value}",
            "statuses": "{t}.status = any({value})",
        },
        ids={"departmentId": "Department", "doctorId": "Doctor"},
        scopes=(("appointment:read",), ("visit:read",)),
    )
    bills: Connection[Annotated["Bill", strawberry.lazy("schema.bills")]] = connection(
        "Bill",
        "The institution's bills, newest first, for its own credentials alone.",
        on={"institution_id": "{p}.key"},  # what a pharmacy may see of others' is not among them
        order=newest_first("issued_at"),
        args={
            "statuses": argument(list[BillStatus] | None, "Those with these statuses; all when left out."),
            "from_day": argument(Date | None, "Issued on this day or later.", name="from"),
            "to": argument(Date | None, "Issued on this day or earlier."),
        },
        where={
            "statuses": "{t}.status = any({value})",
            "from": "{t}.issued_at >= {value}::date::timestamp at time zone 'Asia/Shanghai'",
            "to": "{t}.issued_at < ({value}::date + 1)::timestamp at time zone 'Asia/Shanghai'",
        },
        when="{p}.key = {viewer.institution_id}",
        scopes=(("bill:read",),),
    )
    prescriptions: Connection[Annotated["Prescription", strawberry.lazy("schema.prescriptions")]] = connection(
        "Prescription",
        "What is to be handed out here, by the time of its issue, for the pharmacy's own credentials alone.",
        on={"pharmacy_id": "{p}.key"},
        order=by_time("issued_at"),
        args={"statuses": argument(list[PrescriptionStatus] | None, "Those that have come so far; all when left out.")},
        where={"statuses": of_queue("prescription", "pharmacy_id", "issued_at")},
        when="{p}.key = {viewer.institution_id}",
        scopes=(("prescription:read",),),
    )
    family_doctor_agreements: Connection[Annotated["FamilyDoctorAgreement", strawberry.lazy("schema.family_doctors")]] = connection(
        "FamilyDoctorAgreement",
        "Who asks for a family doctor here, or has one, by the time of the request, for the institution's own credentials alone.",
        on={"institution_id": "{p}.key"},
        order=by_time("requested_at"),
        args={
            "statuses": argument(
                list[AgreementStatus] | None, "Those that have come so far: requests when left out.", (AgreementStatus.REQUESTED,)
            )
        },
        where={"statuses": of_queue("family_doctor_agreement", "institution_id", "requested_at")},
        when="{p}.key = {viewer.institution_id}",
        scopes=(("agreement:read",),),
    )
    admissions: Connection[Annotated["Admission", strawberry.lazy("schema.admissions")]] = connection(
        "Admission",
        "Stays in hospital here, newest first, for the institution's own credentials alone.",
        on={"institution_id": "{p}.key"},
        order=newest_first("admitted_at"),
        args={
            "statuses": argument(
                list[AdmissionStatus] | None, "Those that have come so far: who is here when left out.", (AdmissionStatus.ADMITTED,)
            )
        },
        where={"statuses": of_queue("admission", "institution_id", "admitted_at")},
        when="{p}.key = {viewer.institution_id}",
        scopes=(("record:read",),),
    )


@stored(view="department", letter="D", rule=rules.EVERYONE)
class Department(Node):
    """A department of an institution."""

    code: str = field("The institution's own code.")
    name: str = field("The name.")
    active: bool = field("Whether it is in use.")
    doctors: list[Annotated["Doctor", strawberry.lazy("schema.doctors")]] = listed(
        "Doctor", "Its doctors, by code.", on={"department_id": "{p}.key"}, always="{t}.active", order=by_code()
    )


@strawberry.input(description="Which institutions; all conditions hold together.")
class InstitutionFilter:
    text: str | None = strawberry.field(default=strawberry.UNSET, description="A part of the name or the address.")
    district: str | None = strawberry.field(default=strawberry.UNSET, description="The district.")
    accepts_outpatient: bool | None = strawberry.field(default=strawberry.UNSET, description="Accepts the card for outpatients.")
    accepts_inpatient: bool | None = strawberry.field(default=strawberry.UNSET, description="Accepts the card for inpatients.")
