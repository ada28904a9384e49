"""What a line of the table says, and the scopes of clients and the reasons that many lines have."""

from collections.abc import Mapping
from dataclasses import dataclass

ANY = "ANY"
NOBODY = ""
Reasons = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Who sees a row; or of a field, whom who sees the row must be as well (None: no more is asked).

    `carers`: the scope that a carer needs, ANY, or NOBODY; `others`: the reasons of other residents. `scopes`: sets of scopes of
    the client, one of which it has whole."""

    carers: str | None = None
    institutions: Reasons | None = None
    apps: Reasons | None = None
    scopes: tuple[str, ...] | None = None
    residents: bool = True
    everyone: bool = False
    others: Reasons = ()


SAME = Line()


@dataclass(frozen=True, slots=True)
class Entry:
    """A type: who sees its rows, and its fields, several with one line between spaces."""

    rows: Line
    fields: Mapping[str, Line]

    def field(self, name: str) -> Line | None:
        """The line of a field."""
        return next((line for names, line in self.fields.items() if name in names.split()), None)


def public(*scopes: str, **fields: Line) -> Entry:
    """A type that everyone reads, signed in or not. `fields`: `_` has those of which nothing is to be said."""
    return Entry(Line(scopes=scopes, everyone=True), fields)


CARE = ("card:read", "visit:read")
BILLS = ("bill:read", "payment:read")
PAYMENTS = ("payment:read",)
RECORD = ("record:read",)
REPORT = ("report:read",)
PRESCRIPTION = ("prescription:read",)
BOOKING = ("appointment:read", "visit:read")
AGREEMENT = ("agreement:read",)
NOTIFICATION = ("notification:read",)
STAY = ("record:read bill:read",)
PLATFORM = ("platform:read", "dashboard:read")
SETTLING = ("payment:read", "platform:read")
SIGNED_IN = ("",)
IDENTITY = "documentType documentNumberMasked socialSecurityNumberMasked phoneMasked"

WRITTEN = ("wrote it", "was shown it", "emergency")
NEEDED = (*WRITTEN, "treats safely", "has them in bed")
HANDED_OUT = (*WRITTEN, "hands it out", "treats safely what is in use", "has them in bed, and it is in use")
