"""`ecard schema`: the schema's text, and whether the committed one still is it."""

import difflib
from pathlib import Path

import click

from ecard.launch.failure import Failure
from schema import build

COMMITTED = Path(build.__file__).with_name("schema.graphql")


@click.command("schema", help="Print the schema (SDL).")
@click.option("--check", is_flag=True, help="Print nothing but how schema/schema.graphql differs, and fail when it does.")
def command(check: bool) -> None:
    """Prints the SDL, or compares it."""
    sdl = build.sdl(build.build())
    if not check:
        click.echo(sdl, nl=False)
        return
    committed = COMMITTED.read_text("utf-8") if COMMITTED.exists() else ""
    if committed != sdl:
        lines = difflib.unified_diff(committed.splitlines(), sdl.splitlines(), "schema/schema.graphql", "ecard schema", lineterm="")
        click.echo("\n".join(lines))
        raise Failure("The schema has changed: look at the difference, then `ecard schema > schema/schema.graphql`.")
