"""The plain resolvers of settlement, and who may see a day of a provider."""

from collections.abc import Iterable
from typing import Any

from tests.plans.reading.billing import CARRIES
from tests.plans.reading.booking import amount
from tests.plans.reading.city import Record
from tests.plans.reading.fields import id_of
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Row, first, of
from tests.plans.reading.texts import shown


def sees(reader: Reader, row: Record) -> bool:
    """An institution its own part; the provider's own app, and the operator, everything."""
    if reader.kind == "INSTITUTION":
        return bool(row["institution_id"] == reader.viewer.institution_id)
    if reader.kind != "APP":
        return False
    (app,) = reader.city.rows("app", id=reader.viewer.app_id)
    return "platform:read" in reader.viewer.scopes or bool(row["method"] == CARRIES.get(app["kind"]))


SEEN_BY["Settlement"] = SEEN_BY["Discrepancy"] = sees

of("Discrepancy.ours")(amount("ours"))
of("Discrepancy.theirs")(amount("theirs"))
of("SettlementTotals.amount")(amount("amount"))
of("SettlementTotals.refundAmount")(amount("refund_amount"))


@of("Query.settlement")
def settlement(reader: Reader, _: Any, given: Any) -> Row | None:
    """The city's where the viewer sees it and names no institution."""
    days = [row for row in reader.all("Settlement", method=given["method"]) if row["day"].isoformat() == given["date"]]
    if given.get("institutionId") is not None:
        places = reader.city.tables["institution"]
        named = [place["id"] for place in places if id_of("Institution", place) == given["institutionId"]]
        days = [row for row in days if row["institution_id"] in named]
    return reader.see("Settlement", first(sorted(days, key=lambda row: (row["institution_id"] is not None, row["id"]))))


@of("Settlement.date")
def date(_: Reader, row: Row, __: Any) -> Any:
    return shown(row.data["day"])


@of("Settlement.institution")
def institution(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Institution", first(reader.city.rows("institution", id=row.data["institution_id"])))


def of_part(row: Row, rows: Iterable[Record]) -> list[Record]:
    """Those of the settlement's institution, or all."""
    place = row.data["institution_id"]
    return [each for each in rows if place is None or each["institution_id"] == place]


def totals(payments: list[Record], refunds: list[Record]) -> Row:
    sums = [sum(each["amount"] for each in rows) for rows in (payments, refunds)]
    data = {"count": len(payments), "amount": sums[0], "refund_count": len(refunds), "refund_amount": sums[1]}
    return Row("SettlementTotals", data)


@of("Settlement.ours")
def ours(reader: Reader, row: Row, _: Any) -> Row:
    day = {"method": row.data["method"], "book_day": row.data["day"]}
    return totals(of_part(row, reader.city.rows("payment", **day)), of_part(row, reader.city.rows("refund", **day)))


@of("Settlement.theirs")
def theirs(reader: Reader, row: Row, _: Any) -> Row:
    lines = reader.city.rows("statement_line", method=row.data["method"], day=row.data["day"], status="SUCCEEDED")
    payments, refunds = ([line for line in of_part(row, lines) if line["kind"] == kind] for kind in ("PAYMENT", "REFUND"))
    return totals(payments, refunds)


@of("Settlement.discrepancies")
def discrepancies(reader: Reader, row: Row, given: Any) -> Listed:
    rows = reader.all("Discrepancy", method=row.data["method"], day=row.data["day"])
    return Listed("Discrepancy", of_part(row, rows), given)


@of("Discrepancy.payment")
def payment(reader: Reader, row: Row, _: Any) -> Row | None:
    found = reader.city.rows("payment", resident_id=row.data["payer_id"], id=row.data["payment_id"])
    return reader.see("Payment", first(found))


@of("Discrepancy.refund")
def refund(reader: Reader, row: Row, _: Any) -> Row | None:
    found = reader.city.rows("refund", resident_id=row.data["payer_id"], id=row.data["refund_id"])
    return reader.see("Refund", first(found))
