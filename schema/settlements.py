"""Settlement: a day of a provider in our books, beside the provider's own."""

from plans.mapping import Order
from schema import rules
from schema.base import Connection, Node, connection, edge, field, newest_first, stored
from schema.enums import DiscrepancyKind, PaymentMethod, SettlementStatus
from schema.institutions import Institution
from schema.money import Money, money
from schema.payments import Payment
from schema.refunds import Refund
from schema.scalars import Date, DateTime

READ = (("payment:read",), ("platform:read",))
WHOLE_FIRST = Order(("rank", "key"), ("int", "uuid"))


@stored(view="settlement_totals", rule=rules.PART_OF_SETTLEMENT, scopes=READ)
class SettlementTotals:
    """One side of a day: what was paid, and what went back."""

    count: int = field("How many payments.")
    amount: Money = money("Their sum.", "amount")
    refund_count: int = field("How many refunds.")
    refund_amount: Money = money("Their sum.", "refund_amount")


@stored(view="discrepancy", letter="X", rule=rules.SETTLEMENT, scopes=READ)
class Discrepancy(Node):
    """A difference between our books of a day and the provider's statement of it."""

    kind: DiscrepancyKind = field(
        "MISSING_HERE: the statement has it, our books do not. MISSING_THERE: the other way round. AMOUNT_DIFFERS, STATUS_DIFFERS:"
        " both have it, and say different things. DUPLICATE: a line too many. LATE: both have it, on different days."
    )
    provider_reference: str | None = field("The provider's own number of it.")
    ours: Money | None = money("What our books have.", "ours")
    theirs: Money | None = money("What the statement has.", "theirs")
    found_at: DateTime = field("When it was found, in the last comparison of the day.")
    payment: Payment | None = edge(
        "Payment", "The payment, where we know it.", on={"resident_id": "{p}.payer_id", "key": "{p}.payment_id"}
    )
    refund: Refund | None = edge(
        "Refund", "The refund, where we know it.", on={"resident_id": "{p}.payer_id", "key": "{p}.refund_id"}
    )


@stored(view="settlement", letter="Z", rule=rules.SETTLEMENT, scopes=READ)
class Settlement(Node):
    """A day of a provider: of the whole city, or of one institution."""

    method: PaymentMethod = field("Of which provider.")
    date: Date = field("Which day, in Asia/Shanghai.")
    status: SettlementStatus = field("OPEN until it was compared, and again when something is booked after that.")
    settled_at: DateTime | None = field("Since when the day is closed: what comes later goes into the next open day's books.")
    institution: Institution | None = edge("Institution", "Whose part; null for the whole.", on={"key": "{p}.institution_id"})
    ours: SettlementTotals | None = edge("SettlementTotals", "Our books.", on={"key": "{p}.key"}, always="{t}.side = 'OURS'")
    theirs: SettlementTotals | None = edge(
        "SettlementTotals", "The provider's statement.", on={"key": "{p}.key"}, always="{t}.side = 'THEIRS'"
    )
    discrepancies: Connection[Discrepancy] = connection(
        "Discrepancy",
        "What differed in the last comparison, newest first.",
        on={"method": "{p}.method", "day": "{p}.date"},
        always="({p}.institution_id is null or {t}.institution_id = {p}.institution_id)",
        order=newest_first(),
    )
