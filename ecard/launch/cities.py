"""Loading a city into the database that the settings name."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from ecard.demo.city import City, CityFiles, load_city
from ecard.demo.clinics import open_clinics
from ecard.demo.founding import CityError
from ecard.demo.scale import load_scale
from ecard.launch.database import connected
from ecard.launch.failure import Failure
from ecard.settings import Settings
from ecard.tools import resolver_tools


def utc_now() -> datetime:
    """The program's clock."""
    return datetime.now(UTC)


async def load_demo_city(settings: Settings, say: Callable[[str], None]) -> City:
    """The demo city, loaded unless it is there. Raises Failure in production, and when it cannot be loaded."""
    if settings.identity_file is None or settings.demo_file is None:
        raise Failure("The demo city needs ECARD_IDENTITY_FILE and ECARD_DEMO_FILE, which it writes; production has neither.")
    files = CityFiles(settings.identity_file, settings.demo_file)
    tools = resolver_tools(settings, utc_now)
    async with connected(settings) as connection:
        try:
            city = await load_city(connection, tools, files, utc_now(), os.urandom, say)
        except CityError as error:
            raise Failure(str(error)) from error
        say("slots for the days to come")
        await open_clinics(connection, tools.booking, utc_now())
    return city


async def keep_clinics_open(settings: Settings) -> None:
    """Adds the slots of the days that have come within reach, for a demo that runs for days."""
    async with connected(settings) as connection:
        await open_clinics(connection, resolver_tools(settings, utc_now).booking, utc_now())


async def load_large_city(settings: Settings, residents: int, say: Callable[[str], None]) -> None:
    """So many residents more, for benchmarks. Raises Failure in production."""
    if settings.environment == "production":
        raise Failure("A large city is for benchmarks, and production is none.")
    async with connected(settings) as connection:
        await load_scale(connection, residents, say)
