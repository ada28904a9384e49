"""One platform in a process of its own: `python -m benchmarks.serve NAME SOCKET`, where the socket listens already.

All three are served by uvicorn with uvloop and httptools and the options of the platform's web process. The platform has its own
kind of connection, whose limits it pays for and whose single packet it gains from; the others have uvicorn's, as anyone would.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from uvloop import new_event_loop

from benchmarks.common import Common
from ecard.settings import read_settings
from ecard.transport.server import uvicorn_options


def _platform(common: Common) -> Any:
    from ecard.app import create_app

    return create_app(common.settings)


def _limit(common: Common) -> Any:
    from benchmarks.limit import Limit

    return Limit(common)


def _conventional(common: Common) -> Any:
    from benchmarks.conventional.app import make

    return make(common)


# Each imports only what it is: memory is compared too.
PLATFORMS: dict[str, Callable[[Common], Any]] = {"platform": _platform, "limit": _limit, "conventional": _conventional}


def main(name: str, descriptor: int) -> None:
    """Serves until it is told to stop."""
    app = PLATFORMS[name](Common(read_settings()))
    options = uvicorn_options(trusted_proxies="", drain_seconds=5, message_bytes=65_536)
    if name != "platform":
        options["http"] = "httptools"
    server = uvicorn.Server(uvicorn.Config(app, **options))
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(server.serve([socket.socket(fileno=descriptor)]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
