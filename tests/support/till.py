"""A payment provider that remembers refunds, and can lose its answers, take its time and refuse."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from domain.enums import PaymentFlow, PaymentMethod
from outside.errors import Permanent, Transient
from outside.payments import (
    Instructions,
    Notification,
    Order,
    OrderState,
    RefundRequest,
    RefundState,
    Reply,
    State,
    StatementLine,
)


@dataclass
class Till:
    """`orders`: number → what was paid. `loses(n)`: whether the n-th answer to a refund gets lost; `first`: the state in which a
    refund starts; `refuses`: for what reason it takes none."""

    method: PaymentMethod = PaymentMethod.WECHAT_PAY
    flows: frozenset[PaymentFlow] = frozenset()
    orders: dict[str, int] = field(default_factory=dict)
    refunds: dict[str, RefundState] = field(default_factory=dict)
    statements: dict[date, Sequence[StatementLine]] = field(default_factory=dict)
    loses: Callable[[int], bool] = lambda _: False
    first: State = State.SUCCEEDED
    refuses: str | None = None
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    at: datetime = datetime(2026, 11, 23, 2, tzinfo=UTC)

    def given_back(self, order: str) -> int:
        """How much of an order is given back, or on its way."""
        return sum(r.amount or 0 for r in self.refunds.values() if r.order_number == order and r.state is not State.FAILED)

    async def refund(self, request: RefundRequest) -> RefundState:
        self.told.append(request.number)
        if self.refuses is not None:
            raise Permanent(self.refuses)
        if request.number not in self.refunds:
            if self.given_back(request.order_number) + request.amount > self.orders[request.order_number]:
                raise Permanent("more than was paid")
            number = request.number
            self.refunds[number] = RefundState(number, request.order_number, self.first, request.amount, f"R-{number}", self.at)
        if self.loses(len(self.told)):
            raise Transient("no answer")
        return self.refunds[request.number]

    async def query_refund(self, request: RefundRequest) -> RefundState | None:
        self.asked.append(request.number)
        return self.refunds.get(request.number)

    async def statement(self, day: date) -> Sequence[StatementLine] | None:
        return self.statements.get(day)

    async def create(self, order: Order) -> Instructions:
        raise NotImplementedError

    async def query(self, number: str, started_at: datetime) -> OrderState | None:
        raise NotImplementedError

    async def close(self, number: str, started_at: datetime, expires_at: datetime | None = None) -> OrderState:
        raise NotImplementedError

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        raise NotImplementedError

    def accepted(self) -> Reply:
        raise NotImplementedError

    def refused(self) -> Reply:
        raise NotImplementedError

    async def close_connections(self) -> None:
        return None
