"""Cards whose images are still to be made."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from db import files, outbox
from db.connection import Connection
from db.files import FileKind, NewFile
from db.outbox import JobKind
from domain.enums import ImageFormat
from domain.ids import new_id

MEDIA_TYPES = {ImageFormat.SVG: "image/svg+xml", ImageFormat.PNG: "image/png"}


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card and its holder. `national_id`: 64 hexadecimal digits."""

    resident_id: UUID
    id: UUID
    number: str
    national_id: str


def now() -> datetime:
    return datetime.now(UTC)


def fresh_id() -> UUID:
    return new_id(now(), secrets.token_bytes)


async def add_cards(connection: Connection, count: int, name: str = "测试者") -> list[HeldCard]:
    """Adds residents with a card each."""
    app_id, at = fresh_id(), now()
    await connection.execute(
        "insert into app (id, name, kind, scopes, created_at) values ($1, '市民', 'CITY', '{}', $2)", app_id, at
    )
    cards = [
        HeldCard(fresh_id(), fresh_id(), f"{secrets.randbelow(10**16):016}", secrets.token_hex(32).upper()) for _ in range(count)
    ]
    await connection.copy_records_to_table(
        "resident",
        records=[
            (card.resident_id, name, "FEMALE", date(1990, 1, 1), "RESIDENT_ID", b"sealed", "masked", "zh-CN", at) for card in cards
        ],
        columns=[
            *("resident_id", "full_name", "sex", "birth_date", "document_type", "document_sealed", "document_masked"),
            *("language", "created_at"),
        ],
    )
    await connection.copy_records_to_table(
        "card",
        records=[
            (card.resident_id, card.id, card.number, secrets.token_bytes(16), card.national_id, "ACTIVE", app_id, at, at)
            for card in cards
        ],
        columns=[
            *("resident_id", "id", "number", "handle", "national_id", "status", "app_id", "issued_at", "status_changed_at"),
        ],
    )
    return cards


async def ask_for_image(connection: Connection, card: HeldCard, image_format: ImageFormat) -> NewFile:
    """Asks for the card's image, as the change that issues the card does."""
    file = NewFile(
        card.resident_id,
        fresh_id(),
        FileKind.CARD_IMAGE,
        card.id,
        image_format,
        secrets.token_urlsafe(32),
        MEDIA_TYPES[image_format],
        now(),
    )
    await files.insert(connection, file)
    args = {"resident_id": str(file.resident_id), "id": str(file.id)}
    await outbox.put(connection, JobKind.RENDER_FILE, args, fresh_id(), now())
    return file
