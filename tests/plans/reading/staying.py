"""The plain resolvers of stays in hospital, and who may see what they cost."""

from datetime import date
from typing import Any

from tests.plans.reading.billing import quantity
from tests.plans.reading.booking import amount
from tests.plans.reading.city import Record
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import EXPECTED, SEEN_BY, Reader, Row, first, of


def of_stay(row: Record) -> dict[str, Any]:
    """How the rows of a stay name it."""
    return {"resident_id": row["resident_id"], "admission_id": row["id"]}


def sees_money(reader: Reader, stay: Record) -> bool:
    """The resident, who cares for them with BILLS, and where they lie or lay."""
    if reader.kind == "INSTITUTION":
        return bool(stay["institution_id"] == reader.viewer.institution_id)
    owner = stay["resident_id"]
    return reader.kind == "RESIDENT" and (owner == reader.viewer.resident_id or reader.cares(owner, "BILLS"))


def sees_charge(reader: Reader, charge: Record) -> bool:
    (stay,) = reader.city.rows("admission", resident_id=charge["resident_id"], id=charge["admission_id"])
    return sees_money(reader, stay)


SEEN_BY["InpatientCharge"] = sees_charge

of("Bill.deposited")(amount("deposited"))
of("Bill.payable")(amount("payable"))
of("InpatientCharge.quantity")(quantity)


def money(fen: int) -> Row:
    """Also of less than nothing."""
    sign = "-" if fen < 0 else ""
    return Row("Money", {"amount": f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}", "currency": "CNY"})


of("InpatientCharge.unitPrice")(lambda _, row, __: money(row.data["unit_price"]))
of("InpatientCharge.amount")(lambda _, row, __: money(row.data["amount"]))


def held(reader: Reader, stay: Record) -> int:
    """What was paid of deposits and is neither spent nor on its way back."""
    found = 0
    for bill in reader.city.rows("bill", **of_stay(stay), kind="DEPOSIT"):
        if bill["status"] in ("PAID", "PARTLY_REFUNDED"):
            part = {"payment_id": bill["payment_id"], "bill_id": bill["id"]}
            (paid,) = reader.city.rows("payment_bill", resident_id=bill["resident_id"], **part)
            found += paid["amount"] - paid["reserved"] - paid["applied"]
    return found


def final(reader: Reader, stay: Record) -> Record | None:
    return first(reader.city.rows("bill", resident_id=stay["resident_id"], id=stay["final_bill_id"]))


@of("Admission.balance")
def balance(reader: Reader, row: Row, _: Any) -> Row | None:
    stay, bill = row.data, final(reader, row.data)
    if not sees_money(reader, stay):
        return None
    if stay["status"] == "ADMITTED":
        return money(held(reader, stay) - stay["charged"])
    is_owed = bill is not None and bill["status"] in ("UNPAID", "PAYING")
    return money(held(reader, stay) - (bill["self_paid"] - bill["deposited"] if bill is not None and is_owed else 0))


@of("Admission.depositLow")
def deposit_low(reader: Reader, row: Row, _: Any) -> bool | None:
    stay, paid = row.data, held(reader, row.data)
    if not sees_money(reader, stay):
        return None
    left = paid - stay["charged"]
    return bool(stay["status"] == "ADMITTED" and paid > 0 and left < paid * stay["low_percent"] / 100)


@of("Admission.charges")
def charges(reader: Reader, row: Row, given: Any) -> Listed:
    rows = reader.all("InpatientCharge", **of_stay(row.data))
    day = given.get("date")
    return Listed("InpatientCharge", [one for one in rows if day is None or one["charged_on"] == date.fromisoformat(day)], given)


@of("Admission.depositBills")
def deposit_bills(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("Bill", **of_stay(row.data), kind="DEPOSIT")
    return [reader.see("Bill", bill) for bill in sorted(rows, key=lambda bill: (bill["issued_at"], bill["id"]), reverse=True)]


@of("Admission.finalBill")
def final_bill(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Bill", final(reader, row.data))


@of("Admission.depositRefunds")
def deposit_refunds(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    bills = {bill["id"] for bill in reader.city.rows("bill", **of_stay(row.data), kind="DEPOSIT")}
    rows = [one for one in reader.all("Refund", resident_id=row.data["resident_id"]) if one["bill_id"] in bills]
    return [reader.see("Refund", one) for one in sorted(rows, key=lambda one: (one["requested_at"], one["id"]), reverse=True)]


@of("Admission.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), EXPECTED)


@of("Resident.admissions")
def of_resident(reader: Reader, row: Row, given: Any) -> Listed:
    rows = reader.all("Admission", resident_id=row.data["resident_id"])
    return Listed("Admission", [one for one in rows if given.get("statuses") is None or one["status"] in given["statuses"]], given)


@of("Institution.admissions")
def of_institution(reader: Reader, row: Row, given: Any) -> Listed:
    if row.data["id"] != reader.viewer.institution_id:
        return Listed("Admission", [], given)
    rows = reader.all("Admission", institution_id=row.data["id"])
    return Listed("Admission", [one for one in rows if given["statuses"] is None or one["status"] in given["statuses"]], given)
