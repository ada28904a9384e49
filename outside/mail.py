"""E-mail to institutions and the operator."""

from typing import Protocol


class Mailer(Protocol):
    """Sends mail. `reference`: of a repetition the same, so that readers see one mail."""

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        """Raises Transient or Permanent."""
        ...
