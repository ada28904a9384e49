"""`ecard tour`: the journey of a card against a server that is running already."""

import json
import secrets
from pathlib import Path
from typing import Any

import click
import httpx

from ecard.launch.failure import Failure
from ecard.launch.places import DATA_FOLDER, READY
from ecard.tour.consumer import TourError
from ecard.tour.journey import walk

SECONDS = 30.0
READY_FILE = DATA_FOLDER / READY


@click.command("tour", help="Walk the journey of a card against a running server: applying, paying, and a year of one family.")
@click.option("--url", help="The server's address; the one in the ready file when left out.")
@click.option("--ready-file", type=click.Path(path_type=Path), default=READY_FILE, show_default=True, help="The demo's ready file.")
def command(url: str | None, ready_file: Path) -> None:
    """Walks; fails at the first step that is not as it should be."""
    ready = _read(ready_file)
    where = url or ready["url"]
    try:
        with httpx.Client(base_url=where, timeout=SECONDS, headers={"Accept-Language": "zh-CN"}) as http:
            proved = walk(http, ready, f"TOUR-{secrets.token_hex(4).upper()}")
    except TourError as error:
        raise Failure(f"\n✗ The tour ends here: {error}.") from error
    except httpx.TransportError as error:
        raise Failure(f"The server at {where} does not answer ({type(error).__name__}): start it with `ecard up`.") from error
    click.secho(f"\n✓ The tour is done: {proved} steps, each as it should be.", fg="green", bold=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        ready: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except OSError:
        raise Failure(f"There is no ready file {path}: start the demo with `ecard up`, or name its --ready-file.") from None
    except ValueError:
        raise Failure(f"{path} is no ready file.") from None
    return ready
