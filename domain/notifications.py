"""What people are told, in which words, and at which hours.

A message goes by SMS, which anybody sees who sees the phone: it says where, when and how much, and nothing of what for. So there is
no department in it, no doctor, and no item of a bill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from domain.enums import CareScope
from domain.money import yuan
from domain.times import SHANGHAI

QUIET_FROM, QUIET_UNTIL = time(22), time(8)
DAY_BEFORE, HOURS_BEFORE = timedelta(days=1), timedelta(hours=2)
# A reminder that quiet hours hold back is of use only if there is still time to go.
TIME_TO_GO = timedelta(minutes=30)


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
    BREAK_GLASS = "BREAK_GLASS"  # (visit)


@dataclass(frozen=True, slots=True)
class Words:
    """An event's text by language, with the names of facts in braces. `scope`: of the carers who are told instead of whoever has no
    phone."""

    scope: CareScope
    chinese: str
    english: str


WORDS: Mapping[NotificationEvent, Words] = MappingProxyType(
    {
        NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION: Words(
            CareScope.APPOINTMENTS,
            "很抱歉，{institution}取消了您{starts_at}的预约，已付的挂号费将原路退回。",
            "We are sorry: {institution} has cancelled your appointment on {starts_at}. A fee that you paid is refunded.",
        ),
        NotificationEvent.APPOINTMENT_REMINDER_DAY: Words(
            CareScope.APPOINTMENTS,
            "您已预约{institution}，就诊时间{starts_at}。如不能前往，请及时取消。",
            "You have an appointment at {institution} on {starts_at}. Please cancel it if you cannot come.",
        ),
        NotificationEvent.APPOINTMENT_REMINDER_HOURS: Words(
            CareScope.APPOINTMENTS,
            "您在{institution}的预约将于{starts_at}开始，请带好健康卡。",
            "Your appointment at {institution} begins on {starts_at}. Please have your health card with you.",
        ),
        NotificationEvent.WAITLIST_BOOKED: Words(
            CareScope.APPOINTMENTS,
            "候补成功：已为您预约{institution}，就诊时间{starts_at}。如不能前往，请及时取消。",
            "A place has come free: you are booked at {institution} on {starts_at}. Please cancel it if you cannot come.",
        ),
        NotificationEvent.BOOKING_LOCKED: Words(
            CareScope.APPOINTMENTS,
            "您多次预约后未就诊，{until}前不能预约。",
            "You have missed several appointments and cannot book until {until}.",
        ),
        NotificationEvent.BILL_ISSUED: Words(
            CareScope.BILLS,
            "{institution}向您开出账单，自付{amount}，请在健康卡中支付。",
            "{institution} has issued a bill: you pay {amount}. You can pay it with your health card.",
        ),
        NotificationEvent.PAYMENT_SUCCEEDED: Words(
            CareScope.BILLS,
            "您已向{institution}支付{amount}。",
            "You have paid {amount} to {institution}.",
        ),
        NotificationEvent.REFUND_SUCCEEDED: Words(
            CareScope.BILLS,
            "{institution}的退款{amount}已原路退回。",
            "{amount} from {institution} has been refunded to you.",
        ),
        NotificationEvent.REPORT_PUBLISHED: Words(
            CareScope.REPORTS,
            "{institution}已出具您的报告，请在健康卡中查看。",
            "{institution} has published a report for you. You can read it with your health card.",
        ),
        NotificationEvent.REPORT_AMENDED: Words(
            CareScope.REPORTS,
            "{institution}更正了您的一份报告，请以更正后的报告为准。",
            "{institution} has corrected one of your reports. Please go by the corrected one.",
        ),
        NotificationEvent.REPORT_WITHDRAWN: Words(
            CareScope.REPORTS,
            "{institution}撤回了您的一份报告，如有疑问请咨询该机构。",
            "{institution} has withdrawn one of your reports. Please ask there if you have questions.",
        ),
        NotificationEvent.PRESCRIPTION_READY: Words(
            CareScope.PRESCRIPTIONS,
            "您的药品已备好，请于{until}前到{institution}领取，并带好健康卡。",
            "Your medicine is ready at {institution}. Please collect it before {until} and have your health card with you.",
        ),
        NotificationEvent.PRESCRIPTION_COLLECTED: Words(
            CareScope.PRESCRIPTIONS,
            "您委托的代取人已在{institution}领取药品。",
            "Medicine was collected for you at {institution} by the person whom you sent.",
        ),
        NotificationEvent.PRESCRIPTION_CANCELLED: Words(
            CareScope.PRESCRIPTIONS,
            "{institution}取消了您的一张处方，已付的药费将原路退回。",
            "{institution} has cancelled one of your prescriptions. What you paid for it is refunded.",
        ),
        NotificationEvent.PRESCRIPTION_EXPIRED: Words(
            CareScope.PRESCRIPTIONS,
            "您在{institution}的一张处方已过期，未领取过药品的，已付药费将原路退回。",
            "One of your prescriptions at {institution} has expired. If none of it was collected, what you paid is refunded.",
        ),
        NotificationEvent.BREAK_GLASS: Words(
            CareScope.RECORDS,
            "{institution}因紧急情况正在查看您的全部健康档案，理由见健康卡的查阅记录。",
            "{institution} is reading your whole health record in an emergency. The reason stands in the access log of your card.",
        ),
        NotificationEvent.CONSENT_GRANTED: Words(
            CareScope.RECORDS,
            "{institution}获准查看您的部分健康档案，您可随时在健康卡中撤回。",
            "{institution} may now read a part of your health record. You can take that back with your health card at any time.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message says. `amount`: fen; times are aware; `holder`: whom it is about, when somebody else is told."""

    institution: str | None = None
    starts_at: datetime | None = None
    amount: int | None = None
    until: datetime | None = None
    holder: str | None = None


def message(event: NotificationEvent, facts: Facts, language: str, city: str) -> str:
    """The text of the SMS, in English where `language` is en."""
    is_english = language == "en"
    shown = {
        "institution": facts.institution,
        "starts_at": facts.starts_at and _moment(facts.starts_at, is_english),
        "amount": None if facts.amount is None else _amount(facts.amount, is_english),
        "until": facts.until and _moment(facts.until, is_english),
    }
    words = WORDS[event]
    text = (words.english if is_english else words.chinese).format_map(shown)
    if is_english:
        return f"[Health e-card] {'' if facts.holder is None else f'For {_partly(facts.holder)}: '}{text}"
    return f"【{city}健康卡】{'' if facts.holder is None else f'关于{_partly(facts.holder)}：'}{text}"


AT_ANY_HOUR = frozenset({NotificationEvent.BREAK_GLASS})
"""What no quiet hours hold back."""


def after_quiet(moment: datetime, needed_by: datetime | None = None) -> datetime:
    """The first moment from this one at which people may be told; at once what they need to know before the quiet hours end."""
    local = moment.astimezone(SHANGHAI)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    end = datetime.combine(day, QUIET_UNTIL, SHANGHAI)
    return moment if needed_by is not None and needed_by <= end else end.astimezone(moment.tzinfo)


def reminders(starts_at: datetime, now: datetime) -> list[tuple[NotificationEvent, datetime]]:
    """When to remind of an appointment: the day before and two hours before, without what is past or would come too late."""
    planned = (
        (NotificationEvent.APPOINTMENT_REMINDER_DAY, after_quiet(starts_at - DAY_BEFORE)),
        (NotificationEvent.APPOINTMENT_REMINDER_HOURS, after_quiet(starts_at - HOURS_BEFORE)),
    )
    return [(event, at) for event, at in planned if now < at <= starts_at - TIME_TO_GO]


def _moment(moment: datetime, is_english: bool) -> str:
    local = moment.astimezone(SHANGHAI)
    if is_english:
        # Not strftime: its names of months follow the machine's locale.
        return f"{local.date().isoformat()} at {local:%H:%M}"
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _amount(fen: int, is_english: bool) -> str:
    return f"CNY {yuan(fen)}" if is_english else f"{yuan(fen)}元"


def _partly(name: str) -> str:
    """Enough for whoever cares for two children."""
    return f"*{name[1:]}"
