"""What operators see of failed jobs, and retry."""

import os

from db import outbox
from db.outbox import Job, JobKind
from domain.ids import new_id
from domain.viewer import Viewer, ViewerKind
from tests.api.asking import Asker
from tests.resolvers.world import public

FAILED = "{ operations { failedJobs(first: 50) { totalCount nodes { id kind attempts lastError failedAt } } } }"
RETRY = """
mutation RetryFailedJob($id: ID!) {
  retryFailedJob(input: { jobId: $id }) { job { id attempts __typename } userErrors { code field message } }
}"""


SCOPES = frozenset({"platform:read", "platform:write"})


async def operator(asker: Asker) -> Viewer:
    """The world's app, made the operator's."""
    world = asker.world
    for table, id in (("client", world.client_id), ("app", world.app_id)):
        await world.rows(f"update {table} set scopes = $2 where id = $1", id, list(SCOPES))
    return Viewer(ViewerKind.APP, client_id=world.client_id, app_id=world.app_id, scopes=SCOPES)


async def test_failed_job_is_seen_retried_and_gone(asker: Asker) -> None:
    viewer = await operator(asker)
    id = new_id(asker.world.now, os.urandom)
    async with asker.world.pool.transaction() as connection:
        await outbox.put(connection, JobKind.SWEEP, {}, id, asker.world.now)
        await connection.execute("update outbox set state = 'sent' where id = $1", id)
        job = await outbox.start(connection, id, asker.world.now)
        assert isinstance(job, Job)
        await outbox.give_up(connection, job, asker.world.now, "Permanent")
    public_id = public("J", id)
    shown = {node["id"]: node for node in (await asker.data(viewer, FAILED))["operations"]["failedJobs"]["nodes"]}
    assert (shown[public_id]["kind"], shown[public_id]["attempts"], shown[public_id]["lastError"]) == ("sweep", 1, "Permanent")
    retried = (await asker.data(viewer, RETRY, id=public_id))["retryFailedJob"]
    assert retried == {"job": {"id": public_id, "attempts": 0, "__typename": "FailedJob"}, "userErrors": []}
    again = (await asker.data(viewer, RETRY, id=public_id))["retryFailedJob"]
    assert (again["job"], again["userErrors"][0]["code"]) == (None, "NOT_FOUND")
    assert public_id not in str(await asker.data(viewer, FAILED))
