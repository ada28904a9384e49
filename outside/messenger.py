"""Messages to a device, or to an account: web push, and WeChat's template messages."""

from typing import Protocol


class Messenger(Protocol):
    """Sends messages on one channel."""

    async def send(self, to: str, title: str, text: str, reference: str) -> None:
        """`to`: the token that `registerDevice` was given; `reference`: of a repetition the same, so that people see one message.
        Raises Transient, Gone where nobody can be reached under the token any more, or Permanent."""
        ...
