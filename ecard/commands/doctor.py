"""`ecard doctor`: what is well and what is not, a line each."""

import asyncio

import click

from ecard.launch.checkup import CHECKS, Unwell
from ecard.launch.database import connected
from ecard.launch.failure import Failure, settings_or_demo
from ecard.settings import Settings


@click.command("doctor", help="Check database, migrations, Redis, worker, clock, keys and channels; fail when one is not well.")
def command() -> None:
    """Checks everything, even when something is wrong."""
    settings = settings_or_demo()
    _say(True, "settings", f"{settings.environment}, {settings.public_url}")
    unwell = asyncio.run(_examine(settings))
    if unwell:
        raise Failure(f"Not well: {', '.join(unwell)}.")
    click.secho("All is well.", fg="green")


async def _examine(settings: Settings) -> list[str]:
    """Prints a line for each check; the names of those that failed."""
    unwell = []
    async with connected(settings) as connection:
        for name, check in CHECKS.items():
            try:
                _say(True, name, await check(settings, connection))
            except Unwell as found:
                _say(False, name, str(found))
                unwell.append(name)
    return unwell


def _say(well: bool, name: str, finding: str) -> None:
    mark = click.style("✓", fg="green") if well else click.style("✗", fg="red")
    click.echo(f"{mark} {name:<11} {finding}")
