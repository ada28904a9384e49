"""What is asked of each platform, by whom, and what the figures should be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import orjson

from benchmarks import shapes
from benchmarks.documents import (
    BOOKING,
    CARD,
    DAY_LIST,
    HEALTH_RECORD,
    HEALTH_RECORD_OF_POSTGRAPHILE,
    HOME,
    HOME_OF_POSTGRAPHILE,
    WALLET,
)

LIMIT, CONVENTIONAL, MERCURIUS, POSTGRAPHILE, OURS = "limit", "conventional", "mercurius", "postgraphile", "platform"


class Askers(Enum):
    """Who asks a question. FAMILIES: residents as they come; who cares for somebody asks about one of them."""

    RESIDENTS = "residents"
    CARERS = "carers"
    FAMILIES = "families"
    INSTITUTIONS = "institutions"
    BOOKERS = "bookers"


class Measured(Enum):
    """What of two platforms is compared."""

    SERVER_CPU = "Server CPU for each request"
    RATE = "Requests a second"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ratio that a run reports: `measured` of one platform for each of the other's, and what it should be."""

    measured: Measured
    one: str
    other: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One asking: the token of who asks, and the document's variables."""

    token: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Own:
    """How a platform whose schema is its own is asked: with which document, and what makes the others' data of its own."""

    document: str
    shape: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Question:
    """`platforms`: which answer it. `own`: of those with a schema of their own. `variables`: which all
    askers give. `changes`: whether asking changes what is stored; then each block finds the tables
    as the first one did, and of what was made ids are compared by their kind alone."""

    name: str
    title: str
    askers: Askers
    document: str
    platforms: Sequence[str]
    wanted: Sequence[Wanted]
    changes: bool = False
    own: Mapping[str, Own] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    def body(self, ask: Ask, platform: str) -> bytes:
        """As a client of the platform sends it."""
        own = self.own.get(platform)
        content: dict[str, Any] = {"query": own.document if own else self.document}
        variables = {**self.variables, **ask.variables}
        return orjson.dumps(content | {"variables": variables} if variables else content)


_READ = (
    Wanted(Measured.SERVER_CPU, OURS, LIMIT, at_most=1.5),
    Wanted(Measured.SERVER_CPU, CONVENTIONAL, OURS, at_least=10),
)
QUESTIONS = (
    Question("card", "one resident with card", Askers.RESIDENTS, CARD, (OURS, LIMIT, CONVENTIONAL), _READ),
    Question(
        "wallet",
        "the card wallet of a family with their last five scans",
        Askers.CARERS,
        WALLET,
        (OURS, LIMIT, CONVENTIONAL),
        _READ,
    ),
    Question(
        "home",
        "the home screen: card, family, notifications, appointments, bills and reports in one request",
        Askers.FAMILIES,
        HOME,
        (OURS, LIMIT, CONVENTIONAL, MERCURIUS, POSTGRAPHILE),
        (
            Wanted(Measured.RATE, OURS, MERCURIUS, at_least=3),
            Wanted(Measured.RATE, OURS, POSTGRAPHILE, at_least=5),
            Wanted(Measured.SERVER_CPU, OURS, LIMIT, at_most=1.5),
            Wanted(Measured.SERVER_CPU, CONVENTIONAL, OURS),
        ),
        own={POSTGRAPHILE: Own(HOME_OF_POSTGRAPHILE, shapes.home)},
    ),
    Question(
        "health-record",
        "the health record: the summary and 20 entries of the timeline",
        Askers.FAMILIES,
        HEALTH_RECORD,
        (OURS, LIMIT, CONVENTIONAL, MERCURIUS, POSTGRAPHILE),
        (
            Wanted(Measured.RATE, OURS, MERCURIUS),
            Wanted(Measured.RATE, OURS, POSTGRAPHILE),
            Wanted(Measured.SERVER_CPU, OURS, LIMIT, at_most=1.5),
            Wanted(Measured.SERVER_CPU, CONVENTIONAL, OURS),
        ),
        own={POSTGRAPHILE: Own(HEALTH_RECORD_OF_POSTGRAPHILE, shapes.health_record)},
        variables={"first": 20},
    ),
    Question(
        "day-list",
        "the day list of an institution: 100 appointments with resident, doctor and department",
        Askers.INSTITUTIONS,
        DAY_LIST,
        (OURS, LIMIT, CONVENTIONAL, MERCURIUS),
        (
            Wanted(Measured.RATE, OURS, MERCURIUS, at_least=1.5),
            Wanted(Measured.SERVER_CPU, OURS, LIMIT),
            Wanted(Measured.SERVER_CPU, CONVENTIONAL, OURS),
            Wanted(Measured.SERVER_CPU, MERCURIUS, OURS),
        ),
    ),
    Question(
        "booking",
        "a booking: the mutation with its payload",
        Askers.BOOKERS,
        BOOKING,
        (OURS, CONVENTIONAL, MERCURIUS),
        (
            Wanted(Measured.SERVER_CPU, OURS, MERCURIUS, at_most=1.0),
            Wanted(Measured.SERVER_CPU, CONVENTIONAL, OURS),
            Wanted(Measured.RATE, OURS, MERCURIUS),
        ),
        changes=True,
    ),
)
