"""Migrations, for the commands that apply them."""

from collections.abc import Callable

from db.migrate import MigrationError, migrate
from ecard.launch.database import connected
from ecard.launch.failure import Failure
from ecard.settings import Settings


async def bring_up_to_date(settings: Settings, say: Callable[[str], None]) -> list[str]:
    """Applies what the database lacks; the names of what was applied. Raises Failure when it cannot."""
    async with connected(settings) as connection:
        try:
            return await migrate(connection, say)
        except MigrationError as error:
            raise Failure(str(error)) from error
