"""How a provider's books come in: input, payload and mutation."""

import strawberry

from domain.settlement import MOST_LINES
from resolvers import settlements
from schema.base import made
from schema.changes import change, payload
from schema.enums import PaymentMethod, PaymentStatus, StatementLineKind
from schema.scalars import Date, DateTime, Decimal
from schema.settlements import Settlement


@strawberry.input(description="A payment or a refund in the provider's books. What is not SUCCEEDED moved no money.")
class StatementLineInput:
    kind: StatementLineKind | None = StatementLineKind.PAYMENT
    provider_reference: str
    amount: Decimal
    status: PaymentStatus
    at: DateTime


@strawberry.input(description=f"The statement of a day, whole: at most {MOST_LINES:,} lines. The same day again replaces it.")
class ImportStatementInput:
    method: PaymentMethod
    date: Date
    lines: list[StatementLineInput]


@payload
class ImportStatementPayload:
    """The day, compared."""

    settlement: Settlement | None = made("Settlement", "The settlement of the whole city.")


@strawberry.type
class SettlementChanges:
    import_statement: ImportStatementPayload = change(
        settlements.import_statement,
        ImportStatementInput,
        "Compares our books of a day with the provider's own, which its payment app sends.",
        scopes=(("payment:write",),),
    )
