"""The plain resolvers of bills, and who may see one."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.plans.reading.booking import amount
from tests.plans.reading.city import Record
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import SEEN_BY, Reader, Row, first, of
from tests.plans.reading.texts import SHANGHAI

CARRIES = {"WECHAT": "WECHAT_PAY", "ALIPAY": "ALIPAY", "UNIONPAY": "UNIONPAY", "BANK": "BANK"}
NAME_ALONE = "PAY"


def carries(reader: Reader, payment: Record) -> bool:
    """Whether the app that asks started the payment, or is of its provider."""
    (app,) = reader.city.rows("app", id=reader.viewer.app_id)
    return bool(payment["app_id"] == app["id"] or payment["method"] == CARRIES.get(app["kind"]))


def issues(reader: Reader, bill: Record) -> bool:
    return bool(bill["institution_id"] == reader.viewer.institution_id)


def collects(reader: Reader, bill: Record) -> bool:
    """Whether it is for medicine that is collected there."""
    place = {"pharmacy_id": reader.viewer.institution_id, "bill_id": bill["id"]}
    return bool(reader.city.rows("prescription", resident_id=bill["resident_id"], **place))


def sees_bill(reader: Reader, bill: Record) -> bool:
    """The resident, who cares for them with BILLS, who issued it, who hands out what it is for; an app what is open for whoever
    showed it a PAY code, and what its payments are for."""
    resident_id = bill["resident_id"]
    if reader.kind == "INSTITUTION":
        return issues(reader, bill) or collects(reader, bill)
    if reader.kind == "RESIDENT":
        return bool(resident_id == reader.viewer.resident_id) or reader.cares(resident_id, "BILLS")
    if reader.kind != "APP":
        return False
    shown = reader.city.rows("pay_permission", resident_id=resident_id, app_id=reader.viewer.app_id)
    parts = reader.city.rows("payment_bill", resident_id=resident_id, bill_id=bill["id"])
    paying = [reader.city.rows("payment", resident_id=resident_id, id=part["payment_id"])[0] for part in parts]
    is_open = bill["status"] == "UNPAID" and any(reader.is_open(row) for row in shown)
    return is_open or any(carries(reader, payment) for payment in paying)


SEEN_BY["Bill"] = sees_bill


def bill_of(reader: Reader, row: Row) -> Record:
    (bill,) = reader.city.rows("bill", resident_id=row.data["resident_id"], id=row.data["bill_id"])
    return bill


def sees_item(reader: Reader, item: Record) -> bool:
    """Of institutions only the one that issued it."""
    bill = bill_of(reader, Row("BillItem", item))
    return issues(reader, bill) if reader.kind == "INSTITUTION" else reader.kind != "APP" and sees_bill(reader, bill)


SEEN_BY["BillItem"] = sees_item

for column in ("total", "insured", "selfPaid", "refunded"):
    of(f"Bill.{column}")(amount({"selfPaid": "self_paid"}.get(column, column)))
of("BillItem.unitPrice")(amount("unit_price"))
of("BillItem.amount")(amount("amount"))


@of("BillItem.quantity")
def quantity(_: Reader, row: Row, __: Any) -> str:
    value: Decimal = row.data["quantity"]
    return f"{value.normalize():f}"


@of("Bill.kind")
def kind(reader: Reader, row: Row, _: Any) -> Any:
    return None if reader.kind == "APP" else row.data["kind"]


@of("Bill.careSetting")
def care_setting(reader: Reader, row: Row, _: Any) -> Any:
    return None if reader.kind == "APP" else row.data["care_setting"]


@of("Bill.cancelReason")
def cancel_reason(reader: Reader, row: Row, _: Any) -> Any:
    return None if reader.kind == "APP" else row.data["cancel_reason"]


@of("Bill.items")
def items(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("BillItem", resident_id=row.data["resident_id"], bill_id=row.data["id"])
    return [reader.see("BillItem", item) for item in sorted(rows, key=lambda item: item["position"])]


@of("Bill.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), NAME_ALONE)


@of("Appointment.bill")
def of_appointment(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Bill", first(reader.city.rows("bill", resident_id=row.data["resident_id"], id=row.data["bill_id"])))


@of("Resident.bills")
def of_resident(reader: Reader, row: Row, given: Any) -> Listed:
    statuses = given.get("statuses")
    rows = reader.all("Bill", resident_id=row.data["resident_id"])
    return Listed("Bill", [one for one in rows if statuses is None or one["status"] in statuses], given)


@of("Institution.bills")
def of_institution(reader: Reader, row: Row, given: Any) -> Listed:
    def fits(one: Record) -> bool:
        day, statuses = one["issued_at"].astimezone(SHANGHAI).date(), given.get("statuses")
        since, until = given.get("from"), given.get("to")
        return (
            (statuses is None or one["status"] in statuses)
            and (since is None or day >= date.fromisoformat(since))
            and (until is None or day <= date.fromisoformat(until))
        )

    if row.data["id"] != reader.viewer.institution_id:
        return Listed("Bill", [], given)
    return Listed("Bill", [one for one in reader.all("Bill", institution_id=row.data["id"]) if fits(one)], given)


@of("Visit.bills")
def of_visit(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    if row.data["care_step"] != "PAY" or not reader.is_open(row.data):
        return []
    place = {name: row.data[name] for name in ("resident_id", "institution_id")}
    rows = [one for one in reader.all("Bill", **place) if one["status"] in ("UNPAID", "PAYING")]
    return [reader.see("Bill", one) for one in sorted(rows, key=lambda one: (one["issued_at"], one["id"]), reverse=True)]
