"""What is done by the clock, and what is thrown away when its time is over."""

from datetime import datetime, timedelta

from db.connection import Connection

TAKE_TURN = (
    "insert into cron_run (name, last_run_at) values ($1, $2)"
    " on conflict (name) do update set last_run_at = excluded.last_run_at where cron_run.last_run_at <= $3 returning name"
)
USED_CODES = "delete from used_code where expires_at <= $1"
VERIFICATION_CODES = "delete from verification_code where expires_at <= $1"
RATE_COUNTS = "delete from rate_count where expires_at <= $1"
REVOCATIONS = "delete from revocation where expires_at <= $1"
IDEMPOTENCY_KEYS = "delete from idempotency_key where created_at <= $1"
INBOX = "delete from inbox where received_at <= $1"
EXPORT_KEYS = "delete from file_key where key in (select key from file where expires_at <= $1)"
EXPORTS = "delete from file where expires_at <= $1"
NOTIFICATIONS = "delete from notification where created_at <= $1"
NOTIFICATION_KEYS = "delete from notification_key where created_at <= $1"
DELIVERIES = "delete from notification_delivery where created_at <= $1"
MAILS = "delete from mail where created_at <= $1"
DONE_JOBS = "delete from outbox where state = 'done' and finished_at <= $1"
SILENT_WORKERS = "delete from worker_heartbeat where last_seen_at <= $1"

# For how long each is kept after it is of no more use. A code that was sent is remembered for a day, so that who types it too late
# is told so; an idempotency key for a day more than clients may count on; what a provider told, for longer than it would tell it
# again, and long enough to look into what it told wrongly; an exported record, not at all; a message, for a year; a job that is
# done, for a week, for whoever looks into what happened.
KEPT = (
    (USED_CODES, timedelta(0)),
    (VERIFICATION_CODES, timedelta(days=1)),
    (RATE_COUNTS, timedelta(0)),
    (REVOCATIONS, timedelta(0)),
    (IDEMPOTENCY_KEYS, timedelta(days=2)),
    (INBOX, timedelta(days=90)),
    (EXPORT_KEYS, timedelta(0)),
    (EXPORTS, timedelta(0)),
    (NOTIFICATIONS, timedelta(days=366)),
    (NOTIFICATION_KEYS, timedelta(days=366)),
    (DELIVERIES, timedelta(days=366)),
    (MAILS, timedelta(days=366)),
    (DONE_JOBS, timedelta(days=7)),
    (SILENT_WORKERS, timedelta(hours=1)),
)


async def take_turn(connection: Connection, name: str, now: datetime, every: timedelta) -> bool:
    """Whether it is time for what runs `every` so often; then it is this caller's turn, and nobody else's."""
    return await connection.fetchval(TAKE_TURN, name, now, now - every) is not None


async def sweep(connection: Connection, now: datetime) -> None:
    """Throws away what is kept no longer."""
    for statement, kept in KEPT:
        await connection.execute(statement, now - kept)
