"""What people are told of, and whom it concerns.

The words stand in data files (`workers/templates/notifications`). What goes by SMS, push or WeChat is seen by anybody who sees the
phone: it says where, when and how much, and nothing of what for. Only the list in the app, which nobody but its reader sees, names
a department, a doctor or a report.

To add an event:
1. its name in `NotificationEvent`, and its line in `EVENTS`: the letter of its subject's public id, the scope of the carers who
   are told instead of whoever cannot be reached, in which states of the subject it is still worth telling, and which facts its
   words may name;
2. its statement in `db.notification_subjects`: of a resident ($1) and a subject ($2) the columns `status`, `at` (since when it is
   so; news older than three days puzzle people, and are dropped) and one for each fact, or no row when there is no such thing any
   more. A fact shows as its type says: a timestamptz as a moment, a date as a day; those in `MONEY` are fen, those in `PEOPLE`
   names that are shown in part;
3. its words in both languages, in `workers/templates/notifications/*.toml`;
4. `tell(...)` of `resolvers.notifications`, or of `workers.notifications` in a job, in the transaction of the change. `also` names
   people who are told beside the resident; `occasion` tells apart what is told twice of one subject.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.enums import (
    AdmissionStatus,
    AgreementStatus,
    AppointmentStatus,
    BillStatus,
    CareScope,
    PaymentStatus,
    PrescriptionStatus,
    RefundStatus,
    ReportStatus,
)
from domain.money import yuan
from domain.times import for_people

# Facts that are fen, and facts that are names of people.
MONEY = frozenset({"amount"})
PEOPLE = frozenset({"carer", "holder"})


class NotificationEvent(StrEnum):
    """What people are told of, and in brackets its subject."""

    APPOINTMENT_CANCELLED_BY_INSTITUTION = "APPOINTMENT_CANCELLED_BY_INSTITUTION"  # (appointment)
    APPOINTMENT_REMINDER_DAY = "APPOINTMENT_REMINDER_DAY"  # (appointment)
    APPOINTMENT_REMINDER_HOURS = "APPOINTMENT_REMINDER_HOURS"  # (appointment)
    WAITLIST_BOOKED = "WAITLIST_BOOKED"  # (the appointment that was booked)
    BOOKING_LOCKED = "BOOKING_LOCKED"  # (the appointment that was missed last)
    BILL_ISSUED = "BILL_ISSUED"  # (bill)
    PAYMENT_SUCCEEDED = "PAYMENT_SUCCEEDED"  # (payment)
    REFUND_SUCCEEDED = "REFUND_SUCCEEDED"  # (refund)
    REPORT_PUBLISHED = "REPORT_PUBLISHED"  # (report)
    REPORT_AMENDED = "REPORT_AMENDED"  # (the report that supersedes)
    REPORT_WITHDRAWN = "REPORT_WITHDRAWN"  # (report)
    PRESCRIPTION_READY = "PRESCRIPTION_READY"  # (prescription)
    PRESCRIPTION_COLLECTED = "PRESCRIPTION_COLLECTED"  # (the prescription of which a delegate was handed something)
    PRESCRIPTION_CANCELLED = "PRESCRIPTION_CANCELLED"  # (prescription)
    PRESCRIPTION_EXPIRED = "PRESCRIPTION_EXPIRED"  # (prescription)
    CONSENT_GRANTED = "CONSENT_GRANTED"  # (consent)
    AGREEMENT_ACCEPTED = "AGREEMENT_ACCEPTED"  # (agreement)
    AGREEMENT_DECLINED = "AGREEMENT_DECLINED"  # (agreement)
    AGREEMENT_LATE = "AGREEMENT_LATE"  # (the agreement that ought to have been decided)
    AGREEMENT_EXPIRED = "AGREEMENT_EXPIRED"  # (the agreement that nobody decided)
    AGREEMENT_ENDING = "AGREEMENT_ENDING"  # (the agreement whose year is nearly over)
    AGREEMENT_ENDED = "AGREEMENT_ENDED"  # (agreement)
    SERVICE_DELIVERED = "SERVICE_DELIVERED"  # (the agreement by which a team has done something)
    ADMITTED = "ADMITTED"  # (admission)
    DEPOSIT_LOW = "DEPOSIT_LOW"  # (admission)
    DISCHARGED = "DISCHARGED"  # (admission)
    BREAK_GLASS = "BREAK_GLASS"  # (visit)
    CARD_BOUND = "CARD_BOUND"  # (the card of the person whose a temporary card turned out to be)
    CARER_ADDED = "CARER_ADDED"  # (carer)
    CARER_REMOVED = "CARER_REMOVED"  # (the carer that was)
    CARER_ENDED = "CARER_ENDED"  # (the carer whose time is over)
    CAME_OF_AGE = "CAME_OF_AGE"  # (the resident)


@dataclass(frozen=True, slots=True)
class Told:
    """How an event is told. `letter`: of its subject's public id; `scope`: of the carers who are told instead of whoever cannot be
    reached; `states`: of the subject, in which it is still worth telling; `facts`: what its words may name. `at_any_hour`: no quiet
    hours hold it back; `always_listed`: the app lists it whatever its reader has chosen."""

    letter: str
    scope: CareScope
    states: frozenset[str]
    facts: frozenset[str]
    at_any_hour: bool = False
    always_listed: bool = False


_BOOKED = frozenset({AppointmentStatus.BOOKED})
_WHEN = frozenset({"institution", "department", "doctor", "starts_at"})
_MONEY = frozenset({"institution", "amount"})
_REPORT = frozenset({"institution", "title"})
_WHERE = frozenset({"institution"})


def _care(letter: str, state: str, *facts: str) -> Told:
    """Who may see and do things for somebody is listed whatever its reader has chosen."""
    return Told(letter, CareScope.CARD, frozenset({state}), frozenset(facts), always_listed=True)


def _agreement(state: AgreementStatus, *facts: str) -> Told:
    return Told("f", CareScope.FAMILY_DOCTOR, frozenset({state}), frozenset({"institution", "team", *facts}))


EVENTS: Mapping[NotificationEvent, Told] = MappingProxyType(
    {
        NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION: Told(
            "B", CareScope.APPOINTMENTS, frozenset({AppointmentStatus.CANCELLED}), _WHEN
        ),
        NotificationEvent.APPOINTMENT_REMINDER_DAY: Told("B", CareScope.APPOINTMENTS, _BOOKED, _WHEN),
        NotificationEvent.APPOINTMENT_REMINDER_HOURS: Told("B", CareScope.APPOINTMENTS, _BOOKED, _WHEN),
        NotificationEvent.WAITLIST_BOOKED: Told("B", CareScope.APPOINTMENTS, _BOOKED, _WHEN),
        NotificationEvent.BOOKING_LOCKED: Told(
            "B", CareScope.APPOINTMENTS, frozenset({AppointmentStatus.NO_SHOW}), frozenset({"until"})
        ),
        NotificationEvent.BILL_ISSUED: Told("G", CareScope.BILLS, frozenset({BillStatus.UNPAID, BillStatus.PAYING}), _MONEY),
        NotificationEvent.PAYMENT_SUCCEEDED: Told("Y", CareScope.BILLS, frozenset({PaymentStatus.SUCCEEDED}), _MONEY),
        NotificationEvent.REFUND_SUCCEEDED: Told("U", CareScope.BILLS, frozenset({RefundStatus.SUCCEEDED}), _MONEY),
        NotificationEvent.REPORT_PUBLISHED: Told("r", CareScope.REPORTS, frozenset({ReportStatus.FINAL}), _REPORT),
        NotificationEvent.REPORT_AMENDED: Told("r", CareScope.REPORTS, frozenset({ReportStatus.FINAL}), _REPORT),
        NotificationEvent.REPORT_WITHDRAWN: Told("r", CareScope.REPORTS, frozenset({ReportStatus.WITHDRAWN}), _REPORT),
        NotificationEvent.PRESCRIPTION_READY: Told(
            "p",
            CareScope.PRESCRIPTIONS,
            frozenset({PrescriptionStatus.READY, PrescriptionStatus.PARTLY_DISPENSED}),
            frozenset({"institution", "until"}),
        ),
        NotificationEvent.PRESCRIPTION_COLLECTED: Told(
            "p", CareScope.PRESCRIPTIONS, frozenset({PrescriptionStatus.PARTLY_DISPENSED, PrescriptionStatus.DISPENSED}), _WHERE
        ),
        NotificationEvent.PRESCRIPTION_CANCELLED: Told(
            "p", CareScope.PRESCRIPTIONS, frozenset({PrescriptionStatus.CANCELLED}), _WHERE
        ),
        NotificationEvent.PRESCRIPTION_EXPIRED: Told("p", CareScope.PRESCRIPTIONS, frozenset({PrescriptionStatus.EXPIRED}), _WHERE),
        NotificationEvent.AGREEMENT_ACCEPTED: _agreement(AgreementStatus.ACTIVE, "starts_on"),
        NotificationEvent.AGREEMENT_DECLINED: _agreement(AgreementStatus.DECLINED),
        NotificationEvent.AGREEMENT_LATE: _agreement(AgreementStatus.REQUESTED),
        NotificationEvent.AGREEMENT_EXPIRED: _agreement(AgreementStatus.EXPIRED),
        NotificationEvent.AGREEMENT_ENDING: _agreement(AgreementStatus.ACTIVE, "ends_on"),
        NotificationEvent.AGREEMENT_ENDED: _agreement(AgreementStatus.ENDED),
        NotificationEvent.SERVICE_DELIVERED: _agreement(AgreementStatus.ACTIVE),
        NotificationEvent.ADMITTED: Told("n", CareScope.RECORDS, frozenset({AdmissionStatus.ADMITTED}), _WHERE),
        NotificationEvent.DEPOSIT_LOW: Told("n", CareScope.BILLS, frozenset({"LOW"}), _MONEY),
        NotificationEvent.DISCHARGED: Told("n", CareScope.RECORDS, frozenset({AdmissionStatus.DISCHARGED}), _WHERE),
        NotificationEvent.CONSENT_GRANTED: Told("c", CareScope.RECORDS, frozenset({"STANDING"}), _WHERE),
        NotificationEvent.CARD_BOUND: Told("C", CareScope.CARD, frozenset({"BOUND"}), _WHERE, always_listed=True),
        # A visit is its institution's alone: the resident reads of it in the access log.
        NotificationEvent.BREAK_GLASS: Told(
            "V", CareScope.RECORDS, frozenset({"BROKEN"}), _WHERE, at_any_hour=True, always_listed=True
        ),
        NotificationEvent.CARER_ADDED: _care("k", "STANDING", "carer"),
        NotificationEvent.CARER_REMOVED: _care("k", "carer.removed"),
        NotificationEvent.CARER_ENDED: _care("k", "carer.expired"),
        NotificationEvent.CAME_OF_AGE: _care("R", "resident.came_of_age"),
    }
)


# Who cares for whom concerns both sides, and names nothing of what for.
_OF_CARE = frozenset({"k", "R"})


def beyond(scopes: Collection[str]) -> list[NotificationEvent]:
    """Of what a carer with these scopes is told nothing."""
    return [event for event, told in EVENTS.items() if told.scope not in scopes and told.letter not in _OF_CARE]


def shown(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """The facts as they are written, in English where `language` is en; those that are not known are empty."""
    return {name: _shown(name, value, language) for name, value in facts.items()}


def _shown(name: str, value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return for_people(value, language)
    if isinstance(value, date):
        return value.isoformat() if language == "en" else f"{value.month}月{value.day}日"
    if name in MONEY:
        return f"CNY {yuan(value)}" if language == "en" else f"{yuan(value)}元"
    return _partly(value) if name in PEOPLE else str(value)


def _partly(name: str) -> str:
    """Enough for whoever cares for two children."""
    return f"*{name[1:]}"
