"""Short messages."""

from typing import Protocol


class Sms(Protocol):
    """Sends short messages."""

    async def send(self, phone: str, text: str, reference: str, verification_code: str | None = None) -> None:
        """`reference`: the same for the same message, so that the gateway can drop a repetition. `verification_code`: the code in
        the text, for adapters of a demo. Raises Transient or Permanent."""
        ...
