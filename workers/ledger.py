"""Every day: are bills, payments and refunds as the ledger says?"""

import logging
from uuid import UUID

from db import ledger_check, outbox
from db.outbox import Job, JobKind
from domain.ids import new_id
from domain.ledger_check import Difference, differences
from outside.errors import Permanent
from workers.tools import Tools

log = logging.getLogger(__name__)

RESIDENTS = 2_000
"""Of one job; the next one goes on behind them."""
MOST_TOLD = 20


async def verify_ledger(tools: Tools, job: Job) -> None:
    """Compares the residents behind `after`, from the first where it is left out. The job fails where something differs, so that
    people see it; the rest are compared all the same."""
    after = UUID(job.args.get("after", str(UUID(int=0))))
    async with tools.pool.connection() as connection:
        residents = await ledger_check.residents(connection, after, RESIDENTS)
        found = list(differences(await ledger_check.rows(connection, residents)))
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        is_first = job.attempts == 1 if found else await outbox.finish(connection, job, now)
        if is_first and len(residents) == RESIDENTS:
            args = {"after": str(residents[-1])}
            await outbox.put(connection, JobKind.VERIFY_LEDGER, args, new_id(now, tools.random), now)
    if found:
        _tell(found)
        raise Permanent(f"{len(found)} rows are not as the ledger says.")


def _tell(found: list[Difference]) -> None:
    for each in found[:MOST_TOLD]:
        extra = {"what": each.what, "id": str(each.id), "stored": each.stored, "by_ledger": each.by_ledger}
        log.error("A row is not as the ledger says", extra=extra)
