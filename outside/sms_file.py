"""Messages as lines of a file, for the demo and development: `phone`, `text`, and `verificationCode` where there is one."""

from pathlib import Path

from outside.lines import append


class FileSms:
    """Appends each message to the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        """See Sms. `reference` is not written: a repetition shows as a second line."""
        message = {"phone": phone, "text": text}
        if verification_code is not None:
            message["verificationCode"] = verification_code
        append(self._path, message)
