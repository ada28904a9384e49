"""`ecard migrate`: brings the database to what this version needs."""

import asyncio

import click

from ecard.launch.failure import settings_or_demo
from ecard.launch.migrations import bring_up_to_date


@click.command("migrate", help="Apply the migrations that the database has not had yet.")
def command() -> None:
    """Migrates, and says what was applied."""
    applied = asyncio.run(bring_up_to_date(settings_or_demo(), click.echo))
    click.echo(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")
