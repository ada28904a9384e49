"""A large city for benchmarks: residents with their families, cards, codes, files, scans and sessions.

What is sealed in a real city (numbers of documents, phones) is noise here, which no key opens, and no number leads to its owner:
these people have sessions, and sign in nowhere else.
"""

from collections.abc import Callable
from itertools import islice

from db import scale
from db.connection import Connection
from ecard.demo.population import Person, people

_RESIDENT = (
    "resident_id", "full_name", "sex", "birth_date", "document_type", "document_sealed", "document_masked",
    "phone_sealed", "phone_masked", "created_at",
)  # fmt: skip
_NEWCOMER = ("n", "resident_id", "card_id", "issued_at", "number", "handle", "national_id")
_AT_ONCE = 20_000


async def load_scale(connection: Connection, residents: int, say: Callable[[str], None]) -> None:
    """Loads so many residents, the same each time; nothing when the database has them already. One transaction; seconds for each
    10,000. `say` gets a line for each part. Nobody else can work on these tables meanwhile."""
    if await scale.is_loaded(connection):
        say("the large city is there already")
        return
    async with scale.bulk(connection):
        everyone = people(residents)
        for start in range(0, residents, _AT_ONCE):
            end = min(start + _AT_ONCE, residents)
            batch = list(islice(everyone, end - start))
            await scale.copy(connection, "resident", _RESIDENT, map(_resident, batch))
            await scale.copy(connection, "newcomer", _NEWCOMER, map(_newcomer, range(start, end), batch))
            say(f"residents: {end:,} of {residents:,}")
        await scale.derive(connection, say)
        say("indexes and foreign keys")
    say("statistics")
    await scale.settle(connection)


def _resident(person: Person) -> tuple[object, ...]:
    document = (person.document_type, person.handle, person.document_masked)
    phone = (person.handle if person.phone_masked else None, person.phone_masked)
    return (person.resident_id, person.full_name, person.sex, person.birth_date, *document, *phone, person.issued_at)


def _newcomer(n: int, person: Person) -> tuple[object, ...]:
    card = (person.card_id, person.issued_at, person.card_number, person.handle, person.national_id)
    return (n, person.resident_id, *card)
