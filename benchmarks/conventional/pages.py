"""What pages have in common."""

import base64
from datetime import datetime
from uuid import UUID

import strawberry

from domain.times import to_text


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


def cursor(at: datetime, id: UUID) -> str:
    """The place of a row in a list by time."""
    time = to_text(at).replace("T", " ").removesuffix(":00")
    return base64.urlsafe_b64encode(f'["{time}", "{id}"]'.encode()).decode().rstrip("=")
