"""Every kind of job and the function that does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from db.connection import Connection
from db.outbox import Job, JobKind
from workers.agreements import watch_agreements
from workers.days import turn_day
from workers.deliveries import deliver_notification, delivery_failed
from workers.families import end_care
from workers.files import file_failed, render_file
from workers.inbox import apply_notification
from workers.ledger import verify_ledger
from workers.mail import send_mail
from workers.no_shows import judge_no_shows
from workers.notifications import send_notification
from workers.notify import send_verification_code
from workers.payments import close_order, create_order, query_payment
from workers.places import return_place
from workers.prescriptions import expire_prescriptions
from workers.refunds import refund
from workers.settlements import settle_day, settle_due
from workers.tools import Tools
from workers.upkeep import sweep


@dataclass(frozen=True, slots=True)
class Work:
    """`run` does the job and marks its row done in the transaction of its effect; it will run twice one day. `gave_up` says so to
    people, in the transaction that gives the job up."""

    run: Callable[[Tools, Job], Awaitable[None]]
    gave_up: Callable[[Connection, Job], Awaitable[None]] | None = None


JOBS: Mapping[str, Work] = MappingProxyType(
    {
        JobKind.APPLY_NOTIFICATION: Work(apply_notification),
        JobKind.CLOSE_ORDER: Work(close_order),
        JobKind.CREATE_ORDER: Work(create_order),
        JobKind.DELIVER_NOTIFICATION: Work(deliver_notification, delivery_failed),
        JobKind.END_CARE: Work(end_care),
        JobKind.EXPIRE_PRESCRIPTIONS: Work(expire_prescriptions),
        JobKind.JUDGE_NO_SHOWS: Work(judge_no_shows),
        JobKind.QUERY_PAYMENT: Work(query_payment),
        JobKind.REFUND: Work(refund),
        JobKind.RENDER_FILE: Work(render_file, file_failed),
        JobKind.RETURN_PLACE: Work(return_place),
        JobKind.SEND_MAIL: Work(send_mail),
        JobKind.SEND_NOTIFICATION: Work(send_notification),
        JobKind.SEND_VERIFICATION_CODE: Work(send_verification_code),
        JobKind.SETTLE_DAY: Work(settle_day),
        JobKind.SETTLE_DUE: Work(settle_due),
        JobKind.SWEEP: Work(sweep),
        JobKind.TURN_DAY: Work(turn_day),
        JobKind.VERIFY_LEDGER: Work(verify_ledger),
        JobKind.WATCH_AGREEMENTS: Work(watch_agreements),
    }
)
