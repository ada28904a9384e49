"""The registry as a JSON file, for the demo and development: a list of people.

Each has `name`, `documents` (a list of `type` and `number`), `phone` (or null), `sex`, `birthDate`, and for a child `guardians`
(a list of `type` and `number`). The file is read again when it has changed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from domain.documents import Document, read_document
from domain.enums import DocumentType, Sex
from domain.names import is_same_name, read_name
from domain.phones import read_phone
from domain.refusals import Refusal
from outside.errors import Permanent, Transient
from outside.identity import Confirmation


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    phone: str | None
    confirmation: Confirmation


class FileRegistry:
    """People by the identity of each of their documents."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0
        self._people: Mapping[str, _Person] = {}

    async def confirm(self, full_name: str, document: Document, phone: str | None) -> Confirmation | None:
        """See IdentityRegistry. Raises Transient when the file cannot be read, Permanent when it is not as it must be."""
        person = self._current().get(document.identity)
        if person is None or not is_same_name(person.name, full_name):
            return None
        if phone is not None and person.phone != phone:
            return None
        return person.confirmation

    def _current(self) -> Mapping[str, _Person]:
        try:
            changed_at = self._path.stat().st_mtime_ns
            if changed_at != self._read_at:
                self._people = _people(json.loads(self._path.read_text("utf-8")))
                self._read_at = changed_at
        except OSError as error:
            raise Transient(f"The registry's file cannot be read: {type(error).__name__}.") from None
        except (ValueError, KeyError, TypeError, AttributeError, Refusal):
            raise Permanent("The registry's file is not as it must be.") from None
        return self._people


def _people(entries: list[dict[str, Any]]) -> Mapping[str, _Person]:
    return {_identity(document): _person(entry) for entry in entries for document in entry["documents"]}


def _person(entry: dict[str, Any]) -> _Person:
    sex, born, phone = entry.get("sex"), entry.get("birthDate"), entry.get("phone")
    confirmation = Confirmation(
        Sex(sex) if sex else None,
        date.fromisoformat(born) if born else None,
        tuple(_identity(guardian) for guardian in entry.get("guardians") or ()),
    )
    return _Person(read_name(entry["name"]), read_phone(phone) if phone else None, confirmation)


def _identity(document: dict[str, str]) -> str:
    return read_document(DocumentType(document["type"]), document["number"], date.max).identity
