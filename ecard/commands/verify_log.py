"""`ecard verify-log`: proves that nobody removed or changed an entry of the access log, or of a list that somebody was given."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import click

from db import access_chain
from db.connection import Connection
from domain.access_chain import first_break
from domain.access_list import find_break
from ecard.launch.database import connected
from ecard.launch.failure import Failure, settings_or_demo
from ecard.settings import Settings

PAGE = 500


@click.command("verify-log", help="Work out the chain of each resident's access log anew, and fail where one is broken.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A JSON array of the nodes of accessLog, as the API gave them, with entry, previous, digest and hashed:"
    " verify this list instead, without a database.",
)
def command(file: Path | None) -> None:
    """Verifies all logs, or the list."""
    if file is not None:
        _verify_list(file)
        return
    residents, entries, broken = asyncio.run(_verify(settings_or_demo()))
    click.echo(f"{entries} entries of {residents} residents.")
    if broken:
        raise Failure(f"{broken} of these logs are broken.")
    click.echo("Every chain is whole.")


def _verify_list(file: Path) -> None:
    """Raises Failure where the list is broken, or none."""
    try:
        nodes = json.loads(file.read_text("utf-8"))
        found = find_break(nodes)
    except (TypeError, ValueError) as error:
        raise Failure(f"{file} is no list of the access log. {error}") from None
    if found is not None:
        raise Failure(f"The list is broken at entry {found.entry}: {found.reason}.")
    if not nodes:
        click.echo("The list is empty.")
        return
    numbers = {node["entry"]: node["digest"] for node in nodes}
    first, last = min(numbers), max(numbers)
    click.echo(f"Entries {first} to {last} are whole." + ("" if first == 1 else " Those before them are not in the list."))
    click.echo(f"Keep the digest of entry {last}, which a later list must have too: {numbers[last]}")


async def _verify(settings: Settings) -> tuple[int, int, int]:
    """How many residents, entries and broken chains there are."""
    residents = entries = broken = 0
    async with connected(settings) as connection:
        after = UUID(int=0)
        while page := await access_chain.residents(connection, after, PAGE):
            for resident_id in page:
                count, found = await _check(connection, resident_id)
                entries += count
                if found is not None:
                    broken += 1
                    click.echo(f"The log of resident {resident_id} is broken at entry {found}.")
            residents += len(page)
            after = page[-1]
    return residents, entries, broken


async def _check(connection: Connection, resident_id: UUID) -> tuple[int, int | None]:
    """How many entries a log has, and at which it is broken. In one snapshot: the platform goes on writing."""
    async with connection.transaction(isolation="repeatable_read"):
        head = await access_chain.head(connection, resident_id)
        log = await access_chain.entries(connection, resident_id)
    return head.entries, first_break(log, head.entries, head.digest)
