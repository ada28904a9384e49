"""What jobs work with, made once at start-up by the entry point."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.pool import Pool
from domain.ids import Random
from domain.sealing import Lookup, Sealer
from outside.sms import Sms


@dataclass(frozen=True, slots=True)
class Tools:
    """`clock` and `random` are the only sources of time and chance. `city`: its name, as documents and messages show it."""

    pool: Pool
    clock: Callable[[], datetime]
    random: Random
    sealer: Sealer
    lookup: Lookup
    sms: Sms
    city: str
