"""Cards of patients who are not known yet: inputs, payloads and mutations."""

import strawberry

from resolvers import temporary_cards
from schema.base import made, provided
from schema.cards import Card, CardBinding
from schema.changes import change, payload
from schema.enums import CareSetting, CareStep, Sex
from schema.institution_changes import TerminalInput
from schema.visits import Visit

WRITE = (("visit:write",),)
BIND = (("visit:write",), ("platform:write",))


@strawberry.type(description="A static code of the national form, to print: it only identifies.")
class StaticCode:
    text: str = strawberry.field(description="What the QR holds.")
    svg: str = strawberry.field(description="The QR as an image.")


@strawberry.input(
    description="Somebody who cannot say who they are: age in years, as it seems; fullName where one is known. The rest is as of a"
    " scan."
)
class IssueTemporaryCardInput:
    sex: Sex
    age: int
    care_step: CareStep
    care_setting: CareSetting
    terminal: TerminalInput
    idempotency_key: str
    full_name: str | None = strawberry.UNSET
    department_code: str | None = strawberry.UNSET


@payload
class IssueTemporaryCardPayload:
    """The card, and the visit in which the patient is treated."""

    card: Card | None = made("Card", "The card.")
    visit: Visit | None = made("Visit", "The visit.")
    code: StaticCode | None = provided("The card's code, for the wristband.", "code")


@strawberry.input(
    description="visitId: an open visit, at the institution that issued the card, of who the patient turned out to be."
)
class BindTemporaryCardInput:
    card_id: strawberry.ID
    visit_id: strawberry.ID
    reason: str


@payload
class BindTemporaryCardPayload:
    """Whose the card is now."""

    card: Card | None = made("Card", "The temporary card.")
    visit: Visit | None = made("Visit", "The visit.")
    binding: CardBinding | None = made("CardBinding", "What binds them.")


@strawberry.input
class UndoTemporaryCardBindingInput:
    card_id: strawberry.ID
    reason: str


@payload
class UndoTemporaryCardBindingPayload:
    """The card is the unknown patient's again."""

    card: Card | None = made("Card", "The temporary card.")
    binding: CardBinding | None = made("CardBinding", "What bound them.")


@strawberry.type
class TemporaryCardChanges:
    issue_temporary_card: IssueTemporaryCardPayload | None = change(
        temporary_cards.issue_temporary_card,
        IssueTemporaryCardInput,
        "A card and a visit for a patient who is not known.",
        scopes=WRITE,
    )
    bind_temporary_card: BindTemporaryCardPayload | None = change(
        temporary_cards.bind_temporary_card,
        BindTemporaryCardInput,
        "The card's codes lead to the real person's card from now on, who reads and pays what was written under it. By the"
        " institution that issued it, or the operator.",
        scopes=BIND,
    )
    undo_temporary_card_binding: UndoTemporaryCardBindingPayload | None = change(
        temporary_cards.undo_temporary_card_binding,
        UndoTemporaryCardBindingInput,
        "The card was bound to the wrong person.",
        scopes=BIND,
    )
