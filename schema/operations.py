"""What operators see of the platform itself. Nothing personal is in it."""

from plans.mapping import Order
from schema import rules
from schema.base import Connection, Node, connection, field, listed, newest_first, stored
from schema.scalars import DateTime

BY_NAME = Order(("name",), ("text",))
READ = (("platform:read",), ("dashboard:read",))


@stored(view="queue", rule=rules.OPERATORS, scopes=READ)
class Queue:
    """Jobs of one kind that wait."""

    name: str = field("The kind of job.")
    depth: int = field("How many wait.")
    oldest_age_seconds: int = field("Since when the oldest of them is due, in seconds.")


@stored(view="worker", rule=rules.OPERATORS, scopes=READ)
class Worker:
    """A worker process."""

    name: str = field("Host and process.")
    started_at: DateTime = field("Since when it runs.")
    last_seen_at: DateTime = field("Its last sign of life.")
    jobs_done: int = field("How many jobs it has done.")
    jobs_failed: int = field("How many tries failed.")


@stored(view="failed_job", letter="J", rule=rules.OPERATORS, scopes=READ)
class FailedJob(Node):
    """A job whose last try failed. It waits for somebody to retry it."""

    kind: str = field("The kind of job.")
    attempts: int = field("How often it was tried.")
    last_error: str | None = field("The last error, without anything personal.")
    failed_at: DateTime | None = field("When the last try failed; null again once it is retried.")


@stored(rule=rules.OPERATORS, scopes=READ)
class Operations:
    """What waits, who works, what failed."""

    queues: list[Queue] = listed("Queue", "What waits, by name.", order=BY_NAME)
    workers: list[Worker] = listed("Worker", "The worker processes, by name.", order=BY_NAME)
    failed_jobs: Connection[FailedJob] = connection("FailedJob", "Jobs that failed, newest first.", order=newest_first())
