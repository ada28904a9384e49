"""The demo city: loaded once into a database, and remembered in a file, since the database keeps no secret that it could tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from db import clients
from db.connection import Connection
from domain.enums import DocumentType
from domain.ids import PublicId, Random
from domain.national import static_text
from domain.times import shanghai_day
from domain.viewer import ANONYMOUS
from ecard.demo.city_data import HOSPITALS
from ecard.demo.city_people import CityPeople, city_people
from ecard.demo.clinics import hire, open_clinics
from ecard.demo.founding import Founded, found
from ecard.demo.people import Person
from ecard.demo.settling import settle
from ecard.private_files import read_private, write_private
from resolvers.tools import Tools
from resolvers.transaction import Transaction

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class City:
    """What is remembered of a loaded city: `clients`, `residents`, `applicants`, `institutions`, and the first card's text."""

    kept: dict[str, Any]

    @property
    def first_resident(self) -> dict[str, str]:
        """Their `name`, `phone` and `documentNumber`."""
        first: dict[str, str] = self.kept["residents"][0]
        return first

    @property
    def card_text(self) -> str:
        """What the image of the first resident's card holds."""
        return str(self.kept["cardText"])

    def ready(self) -> dict[str, Any]:
        """The city's part of the ready file."""
        return {name: self.kept[name] for name in ("clients", "residents", "applicants")} | {"simulators": {}}


@dataclass(frozen=True, slots=True)
class CityFiles:
    """`registry`: what the file adapter of the identity registry reads. `city`: what is remembered, its owner's only."""

    registry: Path
    city: Path


async def load_city(
    connection: Connection, tools: Tools, files: CityFiles, now: datetime, random: Random, say: Callable[[str], None]
) -> City:
    """Loads it, in one transaction, unless it is there. Raises CityError when the database has one that the file does not know."""
    kept = read_private(files.city)
    if kept is not None and await _is_there(connection, kept):
        return City(kept)
    people = city_people(shanghai_day(now))
    write_private(files.registry, people.registry())
    async with connection.transaction():
        tx = Transaction(connection, ANONYMOUS, now, random, tools, "zh-CN", "")
        say("hospitals and apps")
        founded = await found(tx)
        say("doctors and their slots")
        for hospital, place in zip(HOSPITALS, founded.hospitals, strict=True):
            await hire(tx, hospital, place)
        await open_clinics(connection, tools.booking, now)
        say("people and their cards")
        cards = await settle(tx, people, founded)
        kept = _kept(people, founded, static_text(bytes.fromhex(cards[0].national_id)))
        # Before the commit: a city in the database that nobody has the secrets of is of no use.
        write_private(files.city, kept)
    return City(kept)


async def _is_there(connection: Connection, kept: dict[str, Any]) -> bool:
    operator = PublicId.decode(kept["clients"][OPERATOR]["id"])
    return operator is not None and await clients.find(connection, operator.id) is not None


def _kept(people: CityPeople, founded: Founded, card_text: str) -> dict[str, Any]:
    return {
        "clients": founded.credentials,
        "residents": [
            {"name": one.full_name, "phone": one.phone, "documentNumber": one.document.number} for one in people.residents
        ],
        "applicants": [_applicant(one) for one in people.applicants],
        "institutions": [{"code": hospital.code, "name": hospital.name} for hospital in HOSPITALS],
        "cardText": card_text,
    }


def _applicant(one: Person) -> dict[str, str | DocumentType | None]:
    document = {"documentType": one.document.type, "documentNumber": one.document.number}
    guardian = one.guardian.document.number if one.guardian else None
    later = {"laterDocumentNumber": one.later.number} if one.later else {}
    return {"name": one.full_name, "phone": one.phone, **document, "guardian": guardian, **later}
