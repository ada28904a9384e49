"""Messages as lines of a file, for the demo and development."""

import os
from collections.abc import Mapping
from pathlib import Path

import orjson

from outside.errors import Transient


def append(path: Path, message: Mapping[str, str]) -> None:
    """Appends the message as one JSON line, in one write, so that readers never see half of one. Raises Transient."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, orjson.dumps(message) + b"\n")
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Transient(f"The file of messages cannot be written: {type(error).__name__}.") from None
