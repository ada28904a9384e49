"""Messages as lines of a file, for the demo and development: `phone`, `text`, and `verificationCode` where there is one."""

import os
from pathlib import Path

import orjson

from outside.errors import Transient


class FileSms:
    """Appends each message as one JSON line, in one write, so that readers never see half of one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        """See Sms. `reference` is not written: a repetition shows as a second line."""
        message = {"phone": phone, "text": text}
        if verification_code is not None:
            message["verificationCode"] = verification_code
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, orjson.dumps(message) + b"\n")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Transient(f"The file of messages cannot be written: {type(error).__name__}.") from None
