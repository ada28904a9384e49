"""`ecard demo`: the demo city, or a large one, in the database that the settings name."""

import asyncio

import click

from ecard.launch.cities import load_demo_city, load_large_city
from ecard.launch.failure import settings_or_demo
from ecard.launch.progress import step


@click.command("demo", help="Load the demo city, unless it is there; with --scale, a large city for benchmarks instead.")
@click.option("--scale", type=click.IntRange(min=1), help="How many residents the large city has.")
def command(scale: int | None) -> None:
    """Loads."""
    settings = settings_or_demo()
    if scale is None:
        with step("Loading the demo city") as doing:
            city = asyncio.run(load_demo_city(settings, doing.say))
        click.echo(f"{len(city.kept['residents'])} residents and {len(city.kept['clients'])} clients; see {settings.demo_file}.")
    else:
        with step(f"Loading {scale:,} residents") as doing:
            asyncio.run(load_large_city(settings, scale, doing.say))
