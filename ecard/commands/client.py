"""`ecard client`: credentials of apps and institutions, from the command line of who runs the platform."""

import asyncio

import click

from domain.enums import AppKind
from ecard.launch import credentials
from ecard.launch.credentials import Issued
from ecard.launch.failure import Failure, settings_or_demo

OVERLAP_HOURS = 24


@click.group("client", help="Create, rotate and list the credentials of apps and institutions. A secret is shown once.")
def command() -> None:
    """Credentials."""


@command.command("create", help="New credentials of an institution, or of a new app.")
@click.option("--institution", metavar="CODE", help="The code of an institution that is registered.")
@click.option("--app", metavar="NAME", help="The name of the new app.")
@click.option("--kind", type=click.Choice([str(kind) for kind in AppKind]), default=str(AppKind.OTHER), show_default=True)
@click.option("--scope", "scopes", multiple=True, help="What the app may do; again for each. The schema names them.")
def create(institution: str | None, app: str | None, kind: str, scopes: tuple[str, ...]) -> None:
    """Creates, and shows id and secret."""
    settings = settings_or_demo()
    if (institution is None) == (app is None):
        raise Failure("Say whose: --institution CODE or --app NAME.")
    if institution is not None:
        _show(asyncio.run(credentials.of_institution(settings, institution)))
    elif app is not None:
        if not scopes:
            raise Failure(f"Say what the app may do, with --scope: {', '.join(sorted(credentials.known_scopes()))}.")
        _show(asyncio.run(credentials.of_new_app(settings, app, AppKind(kind), scopes)))


@command.command("rotate", help="A new secret for CLIENT_ID; those before work for a while yet.")
@click.argument("client_id")
@click.option("--overlap-hours", type=click.IntRange(min=0), default=OVERLAP_HOURS, show_default=True)
def rotate(client_id: str, overlap_hours: int) -> None:
    """Rotates, and shows the new secret."""
    _show(asyncio.run(credentials.rotate(settings_or_demo(), client_id, overlap_hours)))


@command.command("list", help="All credentials: id, kind or code, name, scopes, and how many secrets work.")
def list_all() -> None:
    """Lists."""
    for line in asyncio.run(credentials.listed(settings_or_demo())):
        click.echo(line)


def _show(issued: Issued) -> None:
    click.echo(f"id      {issued.id}\nsecret  {issued.secret}")
