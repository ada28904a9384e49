"""`ecard up`: everything on this machine, with a demo city, until it is stopped."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from domain.times import shanghai_day
from ecard.demo.city import City
from ecard.embedded import EmbeddedError, EmbeddedServers
from ecard.launch import banner
from ecard.launch.children import Child
from ecard.launch.cities import keep_clinics_open, load_demo_city, load_large_city, utc_now
from ecard.launch.environment import HOST, demo_environment
from ecard.launch.failure import Failure, settings_or_failure
from ecard.launch.migrations import bring_up_to_date
from ecard.launch.places import DATA_FOLDER, READY, SETTINGS, SMS
from ecard.launch.ports import check_free, free_port
from ecard.launch.progress import step
from ecard.launch.signals import stop_on_signals
from ecard.launch.web_client import demo_session, wait_until_ready
from ecard.private_files import write_private
from ecard.settings import PREFIX, Settings
from ecard.simulators.keys import NAMES as PROVIDERS

WATCH = 0.5  # seconds


@click.command("up", help="Start databases, web process, worker, simulated payment providers and the demo city, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), default=DATA_FOLDER, show_default=True, help="Where the demo is kept.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Written when ready; demo.json in the data folder if left out.")
@click.option("--scale", type=click.IntRange(min=1), help="Load so many more residents, for benchmarks.")
def command(port: int, data: Path, ready_file: Path | None, scale: int | None) -> None:
    """Serves until Ctrl-C or SIGTERM."""
    stop_on_signals()
    folder = data.absolute()
    try:
        with ExitStack() as running:
            _serve(running, folder, port or free_port(HOST), (ready_file or folder / READY).absolute(), scale)
    except EmbeddedError as error:
        raise Failure(str(error)) from error
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing is left running; the data are kept.")


def _serve(running: ExitStack, folder: Path, port: int, ready_file: Path, scale: int | None) -> None:
    """Starts all and watches over it. What was started is put on `running`, to be stopped in the opposite order."""
    check_free(HOST, port)
    simulators = f"http://{HOST}:{free_port(HOST)}"
    settings, environment = _start_servers(running, folder, port, simulators)
    # At once, so that it is there when the others are.
    arguments = ["simulate", "all", "--port", simulators.rpartition(":")[2], "--data", str(folder)]
    children = [_started(running, arguments, environment, folder)]
    with step("Bringing the database up to date") as doing:
        asyncio.run(bring_up_to_date(settings, doing.say))
    with step("Loading the demo city") as doing:
        city = asyncio.run(load_demo_city(settings, doing.say))
    if scale:
        with step(f"Loading {scale:,} more residents") as doing:
            asyncio.run(load_large_city(settings, scale, doing.say))
    with _writing(ready_file):
        ready_file.unlink(missing_ok=True)  # of a run that was killed
    children += [_started(running, [name], environment, folder) for name in ("web", "worker")]
    with step("Starting the web process, the worker and the simulators") as doing:
        wait_until_ready((settings.public_url, simulators), children, doing.say)
    found = {"simulators": {name: f"{simulators}/{name}" for name in PROVIDERS}, "smsFile": str(folder / SMS)}
    _keep_while(running, ready_file, {"url": settings.public_url, **city.ready(), **found})
    _greet(settings.public_url, city, ready_file, folder)
    _watch(children, settings)


def _started(running: ExitStack, arguments: list[str], environment: Mapping[str, str], folder: Path) -> Child:
    child = Child(arguments, environment, folder)
    child.start()
    running.callback(child.stop)
    return child


def _start_servers(running: ExitStack, folder: Path, port: int, simulators: str) -> tuple[Settings, dict[str, str]]:
    """The servers that the caller's own settings don't name; then the demo's settings and environment."""
    database, redis = (os.environ.get(f"{PREFIX}{name}_URL") for name in ("DATABASE", "REDIS"))
    with step("Starting PostgreSQL and Redis"):
        servers = running.enter_context(EmbeddedServers(folder, postgres=database is None, redis=redis is None))
    environment = demo_environment(folder, database or servers.database_url, redis or servers.redis_url, port, simulators)
    settings = settings_or_failure(environment)
    _keep_while(running, folder / SETTINGS, {name: text for name, text in environment.items() if name.startswith(PREFIX)})
    return settings, environment


def _keep_while(running: ExitStack, file: Path, content: Mapping[str, Any]) -> None:
    """Writes a file that is there as long as what it tells is true."""
    with _writing(file):
        write_private(file, content)
    running.callback(file.unlink, missing_ok=True)


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Failure(f"{file} cannot be written ({error.strerror}): choose another place for it.") from error


def _greet(url: str, city: City, ready_file: Path, folder: Path) -> None:
    first = city.first_resident
    files = (("Ready file", str(ready_file)), ("SMS", str(folder / SMS)), ("Logs", f"{folder}/web.log, worker.log, simulate.log"))
    banner.show(url, first["name"], demo_session(url, first["phone"]), city.card_text, files)


def _watch(children: list[Child], settings: Settings) -> None:
    """Starts again what ends by itself, and gives each new day its slots; for ever."""
    day = shanghai_day(utc_now())
    while True:
        time.sleep(WATCH)
        if day != (today := shanghai_day(utc_now())):
            asyncio.run(keep_clinics_open(settings))
            day = today
        for child in children:
            told = child.revive()
            if told is not None:
                click.secho(told, fg="yellow")

