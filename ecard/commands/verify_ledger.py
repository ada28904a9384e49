"""`ecard verify-ledger`: proves that bills, payments and refunds are as the ledger says."""

import asyncio
from uuid import UUID

import click

from db import ledger_check
from domain.ledger_check import differences
from ecard.launch.database import connected
from ecard.launch.failure import Failure, settings_or_demo
from ecard.settings import Settings

PAGE = 500


@click.command("verify-ledger", help="Work out each bill, payment and refund anew from the ledger, and fail where one differs.")
def command() -> None:
    """Compares all."""
    rows, entries, differing = asyncio.run(_verify(settings_or_demo()))
    click.echo(f"{rows} bills, payments and refunds by {entries} entries.")
    if differing:
        raise Failure(f"{differing} of them are not as the ledger says.")
    click.echo("Each is as the ledger says.")


async def _verify(settings: Settings) -> tuple[int, int, int]:
    """How many rows, entries and differences there are."""
    rows = entries = differing = 0
    async with connected(settings) as connection:
        after = UUID(int=0)
        while page := await ledger_check.residents(connection, after, PAGE):
            read = await ledger_check.rows(connection, page)
            for found in differences(read):
                differing += 1
                click.echo(f"The {found.what} {found.id} is {found.stored}; by the ledger it is {found.by_ledger}.")
            rows, entries, after = rows + len(read), entries + len(read.entries), page[-1]
    return rows, entries, differing
