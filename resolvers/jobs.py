"""Jobs whose last try failed."""

from db import outbox
from domain.refusals import NotFound
from resolvers.audit import record
from resolvers.inputs import JOB, read_id
from resolvers.transaction import Made, Transaction


async def retry_failed_job(tx: Transaction, *, job_id: str) -> Made:
    """Lets it be tried again, as often as a new one. Raises NotFound for what is not a failed job."""
    id = read_id(job_id, JOB, "job_id")
    waiting = await outbox.retry(tx.connection, id, tx.now)
    if waiting is None:
        raise NotFound("job_id")
    await record(tx, "job.retried", id)
    # It is a failed job no longer, so no view of failed jobs has it.
    return Made({"job": {"id": job_id, "failed_at": None, **waiting}})
