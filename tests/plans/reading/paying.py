"""The plain resolvers of payments and of what goes back, and who may see one."""

import json
from datetime import datetime
from typing import Any

from tests.plans.reading.billing import carries
from tests.plans.reading.booking import amount
from tests.plans.reading.city import Record
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Row, first, of


def sees_payment(reader: Reader, payment: Record) -> bool:
    """The resident, who cares for them with BILLS, who is paid, and the app that carries it."""
    if reader.kind == "INSTITUTION":
        return bool(payment["institution_id"] == reader.viewer.institution_id)
    if reader.kind == "RESIDENT":
        return bool(payment["resident_id"] == reader.viewer.resident_id) or reader.cares(payment["resident_id"], "BILLS")
    return reader.kind == "APP" and carries(reader, payment)


def payment_of(reader: Reader, row: Record) -> Record | None:
    return first(reader.city.rows("payment", resident_id=row["resident_id"], id=row["payment_id"]))


SEEN_BY["Payment"] = sees_payment
SEEN_BY["Refund"] = lambda reader, refund: sees_payment(reader, payment_of(reader, refund) or {})

of("Payment.amount", "Refund.amount")(amount("amount"))
of("Payment.refunded")(amount("refunded"))


@of("Query.payments")
def payments(reader: Reader, _: Any, given: Any) -> Listed:
    """Nobody's own: residents find theirs with their bills."""
    wanted = {name: value for name, value in given["filter"].items() if value is not None}

    def fits(row: Record) -> bool:
        named = all(row[name] == wanted.get(name, row[name]) for name in ("method", "status"))
        since, until = (datetime.fromisoformat(wanted[name]) if name in wanted else row["started_at"] for name in ("from", "to"))
        return named and since <= row["started_at"] and ("to" not in wanted or row["started_at"] < until)

    rows = [] if reader.kind == "RESIDENT" else reader.all("Payment")
    return Listed("Payment", [row for row in rows if fits(row)], given)


@of("Payment.instructions")
def instructions(_: Reader, row: Row, __: Any) -> Row | None:
    there = row.data["status"] == "PENDING" and (row.data["code_url"], row.data["parameters"]) != (None, None)
    return Row("PaymentInstructions", row.data) if there else None


@of("PaymentInstructions.parameters")
def parameters(_: Reader, row: Row, __: Any) -> Any:
    text = row.data["parameters"]
    return None if text is None else json.loads(text)


@of("Payment.bills")
def bills(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    parts = reader.city.rows("payment_bill", resident_id=row.data["resident_id"], payment_id=row.data["id"])
    rows = reader.all("Bill", resident_id=row.data["resident_id"])
    paid = {part["bill_id"] for part in parts}
    return [reader.see("Bill", bill) for bill in sorted(rows, key=lambda bill: bill["id"]) if bill["id"] in paid]


@of("Bill.payment", "Refund.payment")
def payment(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Payment", payment_of(reader, row.data))


@of("Refund.bill")
def bill(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Bill", first(reader.city.rows("bill", resident_id=row.data["resident_id"], id=row.data["bill_id"])))


def newest(refund: Record) -> tuple[Any, ...]:
    return refund["requested_at"], refund["id"]


def refunds_of(reader: Reader, row: Row, column: str) -> list[Row | None]:
    rows = reader.all("Refund", **{"resident_id": row.data["resident_id"], column: row.data["id"]})
    return [reader.see("Refund", refund) for refund in sorted(rows, key=newest, reverse=True)]


of("Bill.refunds")(lambda reader, row, _: refunds_of(reader, row, "bill_id"))
of("Payment.refunds")(lambda reader, row, _: refunds_of(reader, row, "payment_id"))
