"""What is asked of each platform: documents as a phone or a hospital's system sends them, and what the figures should be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import orjson

LIMIT, CONVENTIONAL, MERCURIUS, OURS = "limit", "conventional", "mercurius", "platform"


class Askers(Enum):
    """Who asks a question."""

    RESIDENTS = "residents"
    CARERS = "carers"
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
class Question:
    """`platforms`: which answer it. `changes`: whether asking changes what is stored; then each block finds the tables
    as the first one did, and of what was made ids are compared by their kind alone."""

    name: str
    title: str
    askers: Askers
    document: str
    platforms: Sequence[str]
    wanted: Sequence[Wanted]
    changes: bool = False

    def body(self, ask: Ask) -> bytes:
        """As a client sends it."""
        content: dict[str, Any] = {"query": self.document}
        return orjson.dumps(content | {"variables": ask.variables} if ask.variables else content)


# The document Card of the contract.
CARD = """query Card($residentId: ID) {
  resident(id: $residentId) {
    id fullName sex birthDate documentNumberMasked phoneMasked
    card {
      id number status issuedAt image(format: PNG) { status url }
      printedCodes { id label createdAt revokedAt document { status url } }
    }
  }
}"""

WALLET = """query Wallet {
  me { id fullName card { ...Shown } familyMembers { id relationship scopes resident { id fullName card { ...Shown } } } }
}
fragment Shown on Card {
  id number status issuedAt
  image(format: SVG) { status url }
  scans(first: 5) { nodes { id careStep careSetting purpose outcome terminalKind scannedAt institution { id name district } } }
}"""

# The documents DayList and BookAppointment of the contract.
DAY_LIST = """query DayList($institutionId: ID, $date: Date!, $departmentId: ID, $first: Int!, $after: String) {
  institution(id: $institutionId) {
    appointments(date: $date, departmentId: $departmentId, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges {
        node { id startsAt status queueNumber resident { id fullName sex birthDate } doctor { name title } department { name } }
      }
    }
  }
}"""

BOOKING = """fragment Problem on UserError { code field message retryAt }
fragment Amount on Money { amount currency }
mutation BookAppointment($input: BookAppointmentInput!) {
  bookAppointment(input: $input) {
    appointment {
      id status startsAt queueNumber fee { ...Amount } bill { id status } resident { id } doctor { name } institution { name }
    }
    userErrors { ...Problem }
  }
}"""

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
