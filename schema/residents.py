"""The resident and the people they care for."""

import strawberry

from schema import (
    access_log,
    admissions,
    appointments,
    bills,
    consents,
    family_doctors,
    health_record,
    notifications,
    prescriptions,
    reports,
    rules,
    waitlist,
)
from schema.access_log import AccessLogEntry
from schema.admissions import Admission
from schema.appointments import Appointment
from schema.base import Connection, Node, argument, by_time, computed, connection, edge, field, listed, newest_first, stored
from schema.bills import Bill
from schema.cards import READ, SAME_RESIDENT, Card
from schema.carers import Carer
from schema.clients import App
from schema.consents import Consent
from schema.enums import (
    AdmissionStatus,
    AppointmentStatus,
    BillStatus,
    CareScope,
    DocumentType,
    HealthRecordKind,
    Relationship,
    ReportCategory,
    Sex,
)
from schema.family_doctors import FamilyDoctorAgreement
from schema.health_record import HealthRecordEntry
from schema.health_summary import HealthSummary
from schema.notifications import Notification, NotificationPreferences
from schema.prescriptions import Prescription
from schema.reports import Observation, Report
from schema.scalars import Date, DateTime
from schema.waitlist import WaitlistEntry


@stored(view="resident", letter="R", owned=True, kind="IDENTITY", rule=rules.RESIDENT, scopes=READ)
class Resident(Node):
    """A person with a card, or with one to come. What the viewer may not see is null."""

    full_name: str | None = field("The name as the document has it.")
    sex: Sex | None = field("Sex.")
    birth_date: Date | None = field("Date of birth.")
    document_type: DocumentType | None = field("The kind of the identity document.")
    document_number_masked: str | None = field("The document's number, masked.")
    social_security_number_masked: str | None = field("The social security number, masked.")
    phone_masked: str | None = field("The phone, masked: 138****0000.")
    card: Card | None = edge("Card", "The newest card.", on=SAME_RESIDENT, order=newest_first())
    bills: Connection[Bill] = connection(
        "Bill",
        "What care has cost, newest first.",
        on=SAME_RESIDENT,
        order=bills.BY_TIME,
        args={"statuses": argument(list[BillStatus] | None, "Those with these statuses; all when left out.")},
        where={"statuses": "{t}.status = any({value})"},
        scopes=bills.READ,
    )
    appointments: Connection[Appointment] = connection(
        "Appointment",
        "What is and was booked, by time.",
        on=SAME_RESIDENT,
        order=by_time(),
        args={"statuses": argument(list[AppointmentStatus] | None, "Those that have come so far; all when left out.")},
        where={"statuses": "{t}.status = any({value})"},
        scopes=appointments.READ,
    )
    waitlist: list[WaitlistEntry] = listed(
        "WaitlistEntry",
        "Where this resident waits for a place, newest first, and what came of waiting in the last 30 days.",
        on=SAME_RESIDENT,
        always="({t}.ended_at is null or {t}.ended_at > now() - interval '30 days')",
        order=newest_first(),
        scopes=waitlist.READ,
    )
    health_summary: HealthSummary | None = edge(
        "HealthSummary", "What whoever treats this resident must know.", on=SAME_RESIDENT, scopes=health_record.READ
    )
    health_record: Connection[HealthRecordEntry] = connection(
        "HealthRecordEntry",
        "What happened, over all institutions, newest first.",
        on=SAME_RESIDENT,
        order=health_record.BY_TIME,
        always="{t}.listed",
        args={
            "kinds": argument(list[HealthRecordKind] | None, "Of these kinds; all when left out."),
            "from_day": argument(Date | None, "On this day or later.", name="from"),
            "to": argument(Date | None, "On this day or earlier."),
        },
        where=health_record.OF_TIMELINE,
        scopes=health_record.READ,
    )
    observations: Connection[Observation] = connection(
        "Observation",
        "The same examination over time, newest first, in reports that stand.",
        on=SAME_RESIDENT,
        order=reports.TREND,
        always="{t}.report_status = 'FINAL'",
        args={"code": argument(str, "Of which examination.", ...)},
        where={"code": "{t}.code = {value}"},
        scopes=reports.READ,
    )
    reports: Connection[Report] = connection(
        "Report",
        "What examinations came to, newest first: of each report the version that stands.",
        on=SAME_RESIDENT,
        order=reports.BY_TIME,
        always="{t}.status = 'FINAL'",
        args={"categories": argument(list[ReportCategory] | None, "Of these kinds; all when left out.")},
        where={"categories": "{t}.category = any({value})"},
        scopes=reports.READ,
    )
    consents: Connection[Consent] = connection(
        "Consent",
        "What was opened of the record, and to whom, newest first; also what is over.",
        on=SAME_RESIDENT,
        order=consents.NEWEST,
        scopes=consents.READ,
    )
    access_log: Connection[AccessLogEntry] = connection(
        "AccessLogEntry",
        "Who looked at anything of this resident, newest first; for the resident and carers with RECORDS.",
        on=SAME_RESIDENT,
        order=access_log.NEWEST,
        scopes=access_log.READ,
    )
    family_doctor_agreement: FamilyDoctorAgreement | None = edge(
        "FamilyDoctorAgreement",
        "With the family doctor, or who is asked to be; the newest, also when it is over.",
        on=SAME_RESIDENT,
        order=newest_first("requested_at"),
        scopes=family_doctors.READ,
    )
    prescriptions: Connection[Prescription] = connection(
        "Prescription",
        "What was prescribed, newest first.",
        on=SAME_RESIDENT,
        order=prescriptions.BY_TIME,
        args=prescriptions.STATUSES,
        where={"statuses": "{t}.status = any({value})"},
        scopes=prescriptions.READ,
    )
    admissions: Connection[Admission] = connection(
        "Admission",
        "Stays in hospital, newest first.",
        on=SAME_RESIDENT,
        order=admissions.BY_TIME,
        args={"statuses": argument(list[AdmissionStatus] | None, "Those that have come so far; all when left out.")},
        where={"statuses": "{t}.status = any({value})"},
        scopes=(("record:read",),),
    )
    notification_preferences: NotificationPreferences | None = edge(
        "NotificationPreferences",
        "How this resident wants to be told; for the resident alone.",
        on=SAME_RESIDENT,
        scopes=notifications.READ,
    )
    notifications: Connection[Notification] = connection(
        "Notification",
        "What this resident was told, newest first; for the resident alone.",
        on=SAME_RESIDENT,
        order=notifications.NEWEST,
        args={"unread_only": argument(bool | None, "Only those that are unread.", False)},
        where_true={"unreadOnly": "{t}.read_at is null"},
        scopes=notifications.READ,
    )
    family_members: list["FamilyMember"] = listed(
        "FamilyMember", "Whom this resident cares for.", on=SAME_RESIDENT, order=newest_first()
    )
    carers: list[Carer] = listed(
        "Carer",
        "Who cares for this resident, newest first; for the resident and carers with CARD.",
        on=SAME_RESIDENT,
        order=newest_first(),
    )
    sessions: list["Session"] = listed(
        "Session", "Where this resident is signed in, newest first.", on=SAME_RESIDENT, order=newest_first()
    )


@stored(view="family_member", letter="M", owned=True, rule=rules.NOBODY_ELSE, scopes=(("card:read",),))
class FamilyMember(Node):
    """A person whom the resident cares for."""

    relationship: Relationship = field("What the person is to the carer.")
    scopes: list[CareScope] = field("What the carer may see and do.")
    created_at: DateTime = field("Since when.")
    expires_at: DateTime | None = field("Until when.")
    resident: Resident | None = edge("Resident", "The person.", on={"resident_id": "{p}.member_id"})


@stored(view="session", letter="S", owned=True, rule=rules.NOBODY_ELSE, scopes=(("card:read",),))
class Session(Node):
    """A sign-in on a device, in an app."""

    device: str | None = field("The device, as it called itself.")
    started_at: DateTime = field("When the resident signed in.")
    last_seen_at: DateTime = field("When its tokens were renewed last.")
    expires_at: DateTime = field("When it ends unless it is renewed.")
    current: bool = computed("Whether it is the one that asks.", "({t}.key is not distinct from {viewer.session_id})")
    app: App | None = edge("App", "The app.", on={"key": "{p}.app_id"})


@strawberry.input(description="An identity document.")
class IdDocumentInput:
    type: DocumentType
    number: str
