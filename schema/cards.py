"""The card, its image, its printed codes and the scans of it."""

from typing import TYPE_CHECKING, Annotated, Optional

import strawberry

from domain.enums import CareScope
from schema import rules
from schema.base import Connection, Node, argument, connection, edge, field, listed, newest_first, stored
from schema.enums import (
    CardStatus,
    CareSetting,
    CareStep,
    CodeForm,
    CodePurpose,
    FileStatus,
    ImageFormat,
    ScanOutcome,
    TerminalKind,
)
from schema.file_rules import FILE
from schema.institutions import Institution
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("card:read",), ("visit:read",))
SAME_RESIDENT = {"resident_id": "{owner}"}


@stored(view="file", letter="F", owned=True, kind="FILE", rule=FILE, scopes=(("card:read",), ("report:read",), ("record:read",)))
class File(Node):
    """An image or a document that a worker makes."""

    status: FileStatus = field("PENDING until it is made; FAILED when every try failed.")
    url: str | None = field("Where it is, while it can be fetched.")
    media_type: str = field("image/svg+xml, image/png, application/pdf or application/json.")
    created_at: DateTime = field("When it was asked for.")
    ready_at: DateTime | None = field("When it was made.")
    expires_at: DateTime | None = field("Until when it can be fetched, where that ends.")


@stored(view="card", letter="C", owned=True, kind="CARD", rule=rules.CARD, scopes=READ)
class Card(Node):
    """The health e-card of one resident."""

    number: str = field("Sixteen digits that a person can read out; no code.")
    status: CardStatus = field("What can be done with it.")
    issued_at: DateTime = field("When it was issued.")
    status_changed_at: DateTime = field("When its status changed last.")
    temporary: bool = field("Whether it is of a patient who was not known when it was issued.")
    holder: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident", "Whose card it is.", on=SAME_RESIDENT
    )
    image: File | None = edge(
        "File",
        "The identity code as an image: static, identity only.",
        on={**SAME_RESIDENT, "subject_id": "{p}.key"},
        always="{t}.kind = 'CARD_IMAGE'",
        where={"format": "{t}.format = {value}"},
        args={"format": argument(ImageFormat, "SVG or PNG.", ImageFormat.SVG)},
    )
    printed_codes: list["PrintedCode"] = listed(
        "PrintedCode", "What was printed of it, newest first.", on={**SAME_RESIDENT, "card_id": "{p}.key"}, order=newest_first()
    )
    binding: Optional["CardBinding"] = edge(
        "CardBinding",
        "Of a temporary card: to whose it was bound, last; also when that was undone.",
        on={**SAME_RESIDENT, "card_id": "{p}.key"},
        order=newest_first(),
    )
    scans: Connection["Scan"] = connection(
        "Scan", "Where it was scanned, newest first.", on={**SAME_RESIDENT, "card_id": "{p}.key"}, order=newest_first("scanned_at")
    )


@stored(
    view="card_binding",
    letter="y",
    owned=True,
    kind="CARD",
    rule=rules.CARD_BINDING,
    scopes=(("card:read",), ("visit:read",), ("platform:write",)),
)
class CardBinding(Node):
    """It turned out to whom a temporary card belongs: since then its codes lead to the card of that person."""

    reason: str = field("Why, in the institution's words.")
    bound_at: DateTime = field("When.")
    undone_at: DateTime | None = field("When it was undone, where it was.")
    undo_reason: str | None = field("Why it was undone.")
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
    card: Card | None = edge("Card", "The temporary card.", on={**SAME_RESIDENT, "key": "{p}.card_id"})
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident", "Who the patient turned out to be.", on={"resident_id": "{p}.bound_to"}, narrow=rules.RESIDENT_OF_BILL
    )


@stored(view="printed_code", letter="P", owned=True, kind="CARD", rule=rules.own(CareScope.CARD), scopes=(("card:read",),))
class PrintedCode(Node):
    """A code on paper: a handle of its own, for identity only, that can be revoked by itself."""

    label: str | None = field("What it is printed for, in the resident's words.")
    form: CodeForm = field("In which form.")
    created_at: DateTime = field("When it was asked for.")
    revoked_at: DateTime | None = field("Since when it is refused.")
    document: File | None = edge(
        "File",
        "The page, as a PDF.",
        on={**SAME_RESIDENT, "subject_id": "{p}.key"},
        always="{t}.kind = 'PRINTED_CODE'",
    )


@stored(view="scan", letter="N", owned=True, kind="CARD", rule=rules.own(CareScope.CARD), scopes=(("card:read",),))
class Scan(Node):
    """A code of the card was scanned."""

    care_step: CareStep = field("For which step.")
    care_setting: CareSetting = field("In which setting.")
    purpose: CodePurpose = field("What the code was for.")
    outcome: ScanOutcome = field("What came of it.")
    terminal_kind: TerminalKind = field("At what kind of terminal.")
    scanned_at: DateTime = field("When.")
    offline: bool = field("Whether the terminal was offline and told later.")
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
