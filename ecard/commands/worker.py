"""`ecard worker`: carries out what changes left to be done."""

import click

from ecard.launch.failure import settings_or_failure
from ecard.observe.logs import configure_logging
from ecard.worker import run_worker


@click.command("worker", help="Carry out jobs, until SIGTERM or Ctrl-C; those under way are finished first.")
def command() -> None:
    """Works."""
    settings = settings_or_failure()
    configure_logging(settings.log_level.upper(), exception_texts=settings.environment == "development")
    run_worker(settings)
