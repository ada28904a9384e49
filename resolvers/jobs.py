"""Jobs whose last try failed."""

from db import outbox
from domain.ids import Key
from domain.refusals import NotFound
from resolvers.audit import record
from resolvers.inputs import JOB, read_id
from resolvers.transaction import Made, Transaction


async def retry_failed_job(tx: Transaction, *, job_id: str) -> Made:
    """Lets it be tried again, as often as a new one. Raises NotFound for what is not a failed job."""
    id = read_id(job_id, JOB, "job_id")
    if not await outbox.retry(tx.connection, id, tx.now):
        raise NotFound("job_id")
    await record(tx, "job.retried", id)
    return Made({"job": Key(id)})
