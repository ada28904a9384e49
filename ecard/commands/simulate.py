"""`ecard simulate`: payment providers that are none, for development."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx
import uvicorn

from ecard.launch.environment import HOST
from ecard.launch.failure import Failure, settings_or_demo
from ecard.launch.places import DATA_FOLDER
from ecard.launch.ports import check_free, free_port
from ecard.simulators.behaviour import BadBehaviour, Behaviour, read_options
from ecard.simulators.keys import demo_keys
from ecard.simulators.simulator import PROVIDERS, World, application, simulator, until_gone

PATIENCE = 5.0  # seconds in which the platform is to answer a notification
FOLDER = "simulators"


def _behaviours() -> str:
    return "; ".join(f"{name}: {field.description}" for name, field in Behaviour.model_fields.items())


@click.command("simulate", help="Stand in for a payment provider, or all of them, until SIGTERM or Ctrl-C; never in production.")
@click.argument("provider", type=click.Choice([*PROVIDERS, "all"]))
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="The port; 0 takes a free one.")
@click.option(
    "--data", type=click.Path(path_type=Path), default=DATA_FOLDER, show_default=True, help="Where books and keys are kept."
)
@click.option(
    "--behaviour", "behaviour", metavar="NAME=VALUE", multiple=True, help=f"How it behaves; again for each. {_behaviours()}."
)
def command(provider: str, port: int, data: Path, behaviour: tuple[str, ...]) -> None:
    """Serves."""
    if settings_or_demo().environment != "development":
        raise Failure("Simulators are for development: in production, nobody may say that a bill is paid but who was paid.")
    where = port or free_port(HOST)
    check_free(HOST, where)
    client = httpx.AsyncClient(timeout=PATIENCE)
    world = World(data / FOLDER, demo_keys(data), lambda: datetime.now(UTC), os.urandom, client, until_gone)
    names = list(PROVIDERS) if provider == "all" else [provider]
    try:
        simulators = [simulator(name, world, read_options(behaviour)) for name in names]
    except BadBehaviour as error:
        raise Failure(f"This is no behaviour: {error}.") from None
    for name in names:
        click.echo(f"{name:<11} http://{HOST}:{where}/{name}")
    # Nothing is under way that a second start would not do again.
    uvicorn.run(
        application(simulators), host=HOST, port=where, log_level="warning", server_header=False, timeout_graceful_shutdown=1
    )
