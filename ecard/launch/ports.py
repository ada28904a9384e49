"""Ports to listen on."""

import errno
import socket

from ecard.launch.failure import Failure


def check_free(host: str, port: int) -> None:
    """Raises Failure when another program listens there, or when nobody can."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        # Behind its reason, the text of a socket's error names the address once more.
        reason = "another program listens there" if error.errno == errno.EADDRINUSE else str(error.strerror).partition(" (")[0]
        raise Failure(f"Port {port} on {host} cannot be had ({reason}): choose another with --port.") from None


def free_port(host: str) -> int:
    """A port on which nobody listens just now."""
    with socket.create_server((host, 0)) as found:
        port: int = found.getsockname()[1]
        return port
