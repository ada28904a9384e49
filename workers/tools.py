"""What jobs work with, made once at start-up by the entry point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from db.pool import Pool
from domain.booking import BookingRules
from domain.enums import PaymentMethod
from domain.ids import Random
from domain.sealing import Lookup, Sealer
from outside.payments import PaymentProvider
from outside.sms import Sms

Drawing = Callable[[], bytes | IO[bytes]]


@dataclass(frozen=True, slots=True)
class Tools:
    """`clock` and `random` are the only sources of time and chance. `city`: its name, as documents and messages show it.
    `providers`: those that are on."""

    pool: Pool
    clock: Callable[[], datetime]
    random: Random
    sealer: Sealer
    lookup: Lookup
    sms: Sms
    city: str
    providers: Mapping[PaymentMethod, PaymentProvider] = field(default_factory=dict)
    booking: BookingRules = field(default_factory=BookingRules)
