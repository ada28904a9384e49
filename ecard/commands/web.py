"""`ecard web`: the web process, or several of them on one port."""

import os
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import uvicorn

from ecard.app import create_app
from ecard.launch.failure import settings_or_failure
from ecard.launch.ports import check_free
from ecard.observe.logs import configure_logging
from ecard.observe.metrics import share_between_processes
from ecard.settings import PREFIX, Settings
from ecard.transport.front import Front
from ecard.transport.server import uvicorn_options

DRAIN_SECONDS = 20


@click.command("web", help="Serve GraphQL and the pages, until SIGTERM or Ctrl-C; what is under way is finished first.")
@click.option("--workers", type=click.IntRange(min=1), help="How many processes; ECARD_WEB_PROCESSES when left out.")
@click.option("--host", help="The address to listen on; ECARD_HOST when left out.")
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen on; ECARD_PORT when left out.")
def command(workers: int | None, host: str | None, port: int | None) -> None:
    """Serves."""
    settings = _settings()
    where = (host or settings.host, settings.port if port is None else port)
    check_free(*where)
    processes = workers or settings.web_processes
    options = uvicorn_options(
        trusted_proxies=",".join(settings.trusted_proxies),
        drain_seconds=DRAIN_SECONDS,
        message_bytes=settings.limit_body_bytes,
    )
    with ExitStack() as stack:
        if processes > 1:
            # Each process reads the settings for itself.
            os.environ[f"{PREFIX}WEB_PROCESSES"] = str(processes)
            share_between_processes(Path(stack.enter_context(TemporaryDirectory(prefix="ecard-metrics-"))))
        uvicorn.run(f"{__name__}:application", factory=True, workers=processes, host=where[0], port=where[1], **options)


def application() -> Front:
    """The application of one process; each of several makes its own."""
    return create_app(_settings())


def _settings() -> Settings:
    """The settings of this process, once its logging is as they say."""
    settings = settings_or_failure()
    configure_logging(settings.log_level.upper(), exception_texts=settings.environment == "development")
    return settings

