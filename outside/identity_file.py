"""The registry as a JSON file, for the demo and development: a list of people.

Each has `name`, `documents` (a list of `type` and `number`), `phone` (or null), `sex`, `birthDate`, and for a child `guardians`
(a list of `type` and `number`). The file is read again when it has changed.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from domain.documents import Document, read_document
from domain.enums import DocumentType, Sex
from domain.names import is_same_name
from outside.errors import Permanent, Transient
from outside.identity import Confirmation


class FileRegistry:
    """People by the identity of each of their documents."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0
        self._people: dict[str, dict[str, Any]] = {}

    async def confirm(self, full_name: str, document: Document, phone: str | None) -> Confirmation | None:
        """See IdentityRegistry."""
        person = self._current().get(document.identity)
        if person is None or not is_same_name(person["name"], full_name):
            return None
        if phone is not None and person.get("phone") != phone:
            return None
        return Confirmation(
            Sex(person["sex"]) if person.get("sex") else None,
            date.fromisoformat(person["birthDate"]) if person.get("birthDate") else None,
            tuple(_identity(guardian) for guardian in person.get("guardians", ())),
        )

    def _current(self) -> dict[str, dict[str, Any]]:
        try:
            changed_at = self._path.stat().st_mtime_ns
            if changed_at != self._read_at:
                people = json.loads(self._path.read_text("utf-8"))
                self._people = {_identity(document): person for person in people for document in person["documents"]}
                self._read_at = changed_at
        except OSError as error:
            raise Transient(f"The registry's file cannot be read: {type(error).__name__}.") from None
        except (ValueError, KeyError, TypeError):
            raise Permanent("The registry's file is not as it must be.") from None
        return self._people


def _identity(document: dict[str, str]) -> str:
    return read_document(DocumentType(document["type"]), document["number"], date.max).identity
