"""Jobs whose last try failed."""

import json
from uuid import UUID

from db import files, outbox
from db.outbox import JobKind
from domain.refusals import NotFound
from resolvers.audit import record
from resolvers.inputs import JOB, read_id
from resolvers.transaction import Made, Transaction


async def retry_failed_job(tx: Transaction, *, job_id: str) -> Made:
    """Lets it be tried again, as often as a new one; a file waits again. Raises NotFound for what is not a failed job."""
    id = read_id(job_id, JOB, "job_id")
    waiting = await outbox.retry(tx.connection, id, tx.now)
    if waiting is None:
        raise NotFound("job_id")
    if waiting["job"] == JobKind.RENDER_FILE:
        args = json.loads(waiting["args"])
        await files.wait(tx.connection, UUID(args["resident_id"]), UUID(args["id"]))
    await record(tx, "job.retried", id)
    # It is a failed job no longer, so no view of failed jobs has it.
    shown = {"kind": waiting["job"], "attempts": waiting["attempts"], "last_error": waiting["last_error"], "failed_at": None}
    return Made({"job": {"id": job_id, **shown}})
