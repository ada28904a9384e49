"""Push, WeChat messages and mail as lines of a file, for the demo and development: `channel`, `to`, `title`, `text`."""

from pathlib import Path

from outside.lines import append


class FileMessenger:
    """A Messenger and a Mailer that appends each message to the file. `channel`: what it stands for there. References are not
    written: a repetition shows as a second line."""

    def __init__(self, path: Path, channel: str) -> None:
        self._path = path
        self._channel = channel

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        """See Messenger, and Mailer."""
        append(self._path, {"channel": self._channel, "to": to, "title": title, "text": text})
