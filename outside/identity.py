"""The identity registry: whether name, document and phone belong together."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from domain.documents import Document
from domain.enums import Sex


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the registry says of a confirmed person. `guardians`: the identities (`Document.identity`) of who acts for a child."""

    sex: Sex | None = None
    birth_date: date | None = None
    guardians: tuple[str, ...] = field(default=(), repr=False)


class IdentityRegistry(Protocol):
    """Confirms that a name, a document and a phone are of one person."""

    async def confirm(self, full_name: str, document: Document, phone: str | None) -> Confirmation | None:
        """None when they do not belong together; without a phone (a newborn, a child) name and document alone are asked about.

        Raises Transient within two seconds when there is no answer, Permanent when the registry refuses the question.
        """
        ...
