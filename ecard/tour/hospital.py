"""An operation: admitted with a deposit, charged day by day, warned, discharged, and what is left goes back."""

import secrets
from typing import Any

from ecard.tour import display
from ecard.tour.apply import CARE_STEPS
from ecard.tour.clinic import DOCTORS, Clinic
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties
from ecard.tour.payments import pay_on_the_phone
from ecard.tour.trust import Elder

DEPOSIT, MORE, CHARGED, INSURED, SELF_PAID = "1000.00", "500.00", "880.00", "330.00", "550.00"
LEFT = {"500.00", "450.00"}  # of the second deposit all, of the first what the final bill did not need
WARNING = "押金"
CHARGES = (
    {"code": "110900001", "name": "普通床位费", "quantity": "1", "unitPrice": "60.00"},
    {"code": "331503006", "name": "白内障手术", "quantity": "1", "unitPrice": "800.00"},
    {"code": "120100003", "name": "Ⅱ级护理", "quantity": "1", "unitPrice": "20.00"},
)
Row = dict[str, Any]


def operate(parties: Parties, clinic: Clinic, elder: Elder) -> str:
    """The whole stay, with the mother paying and both seeing what it costs: the visit in which it began."""
    display.chapter("An operation")
    admission, visit = _admit(parties, elder)
    _pay_deposit(parties, elder, admission["depositBills"][0], DEPOSIT)
    _charge(parties, elder, admission["id"])
    more = {"admissionId": admission["id"], "amount": MORE, "idempotencyKey": secrets.token_hex(8)}
    bill = parties.hospital.change("RequestDeposit", {"input": more})["bill"]
    _pay_deposit(parties, elder, bill, "620.00")
    _discharge(parties, elder, admission["id"])
    _report(parties, clinic, elder, visit)
    return visit


def _admit(parties: Parties, elder: Elder) -> tuple[Row, str]:
    """The admission, and the visit in which it began."""
    code = parties.present("RECORDS", of=elder.resident)["text"]
    scan = parties.scan(code, "DIAGNOSE", "INPATIENT")
    parties.hospital.refused("VerifyCode", scan, "NOT_ACCEPTED_HERE", "of an inpatient, where the card opens no ward yet")
    opened = {"institutionId": parties.hospital_id, "acceptsInpatient": True, "careSteps": CARE_STEPS}
    parties.operator.change("UpdateInstitution", {"input": opened}, "to open the wards too")
    code = parties.present("RECORDS", of=elder.resident)["text"]
    scan = parties.scan(code, "DIAGNOSE", "INPATIENT")
    visit = parties.hospital.change("VerifyCode", scan, "with the grandparent's code, which the mother shows")["visit"]["id"]
    bed = {"visitId": visit, "ward": "眼科病区", "bed": "12床", "deposit": DEPOSIT, "idempotencyKey": secrets.token_hex(8)}
    admission = parties.hospital.change("AdmitPatient", {"input": bed})["admission"]
    expect(admission["status"] == "ADMITTED" and admission["depositBills"][0]["status"] == "UNPAID", "a bed, and a deposit to pay")
    inside = parties.hospital.send("Inpatients", {"first": 20})["institution"]["admissions"]["nodes"]
    [row] = [one for one in inside if one["id"] == admission["id"]]
    expect(row["resident"]["fullName"] == elder.known["name"], "the ward knows who lies there")
    return admission, visit


def _pay_deposit(parties: Parties, elder: Elder, bill: Row, balance: str) -> None:
    pay_on_the_phone(parties, bill, parties.mother)
    expect(_stay(parties, elder)["balance"]["amount"] == balance, f"{balance} are there for what comes")


def _charge(parties: Parties, elder: Elder, admission: str) -> None:
    """The daily list, and the warning that comes of it, which the grandparent's phone hears."""
    today = parties.hospital.send("ServerTime", {})["serverTime"][:10]
    lines = [{**line, "chargedOn": today} for line in CHARGES]
    given = {"admissionId": admission, "charges": lines, "idempotencyKey": secrets.token_hex(8)}
    with parties.elder.listening("NotificationReceived", "on the grandparent's phone") as told:
        charged = parties.hospital.change("AddInpatientCharges", {"input": given})["admission"]
        expect(charged["balance"]["amount"] == "120.00", "what is left of the deposit")
        warning = next(one for data in told if WARNING in (one := data["notificationReceived"])["title"])
    expect(warning["subject"]["__typename"] == "Admission", "the phone hears at once that the deposit runs low")
    again = parties.hospital.change("AddInpatientCharges", {"input": given}, "again, since the answer may have been lost")
    expect(again["admission"]["balance"] == charged["balance"], "a list is charged once")
    wanted = {"admissionId": admission, "date": today, "first": 20}
    listed = parties.mother.send("Charges", wanted)["node"]["charges"]["nodes"]
    expect({one["name"] for one in listed} == {line["name"] for line in CHARGES}, "the daily list says what for")


def _discharge(parties: Parties, elder: Elder, admission: str) -> None:
    """The final bill takes what it needs of the deposits; the rest goes back the way it came."""
    given = {"admissionId": admission, "summary": "术后恢复良好，两周后复查。", "idempotencyKey": secrets.token_hex(8)}
    too_much = {"input": {**given, "insured": "880.01"}}
    parties.hospital.refused("DischargePatient", too_much, "AMOUNT_MISMATCH", "of which more is insured than it cost")
    gone = parties.hospital.change("DischargePatient", {"input": {**given, "insured": INSURED}})["admission"]
    final = gone["finalBill"]
    amounts = tuple(final[name]["amount"] for name in ("total", "insured", "selfPaid"))
    expect(amounts == (CHARGED, INSURED, SELF_PAID), "the final bill adds up, to the fen")
    expect(final["status"] == "PAID" and gone["balance"]["amount"] == "0.00", "the deposits have paid it")
    expect({one["amount"]["amount"] for one in gone["depositRefunds"]} == LEFT, "and what is left is on its way back")

    def back(data: Row) -> bool:
        deposits = [one for one in data["resident"]["bills"]["nodes"] if one["refunded"]["amount"] in LEFT]
        return len(deposits) == len(LEFT)

    wanted = {"residentId": elder.resident["id"], "statuses": ["PARTLY_REFUNDED", "REFUNDED"], "first": 10}
    parties.mother.wait_for("Bills", wanted, back, "the money back, through the payments that it came from")


def _report(parties: Parties, clinic: Clinic, elder: Elder, visit: str) -> None:
    """What was found is the grandparent's to read: the mother may do much, and not that."""
    given = {
        "visitId": visit,
        "number": "BL-1",
        "title": "眼压检查",
        "category": "OTHER",
        "observations": [{"code": "56844-4", "display": "眼压", "value": "15", "unit": "mmHg", "referenceRange": "10-21"}],
        "authorId": clinic.doctors[DOCTORS[0]],
        "idempotencyKey": secrets.token_hex(8),
    }
    report = parties.hospital.change("PublishReport", {"input": given})["report"]["id"]
    mine = parties.elder.send("Reports", {"first": 5})["resident"]["reports"]["nodes"]
    expect(report in {one["id"] for one in mine}, "the grandparent reads the report")
    hers = parties.mother.send("Reports", {"residentId": elder.resident["id"], "first": 5})["resident"]["reports"]["nodes"]
    expect(hers == [], "the mother, who was not given that, does not")
    parties.mother.refused("MarkReportRead", {"id": report}, "FORBIDDEN", "of a report that she may not see")
    about = {"residentId": elder.resident["id"], "kinds": ["ADMISSION"], "first": 5}
    edges = parties.mother.send("HealthRecord", about)["resident"]["healthRecord"]["edges"]
    expect(edges[0]["node"]["dischargedAt"], "the stay is in the health record")


def _stay(parties: Parties, elder: Elder) -> Row:
    """The stay, as the mother's phone shows it."""
    about = {"residentId": elder.resident["id"], "statuses": ["ADMITTED"], "first": 5}
    [stay] = parties.mother.send("Admissions", about)["resident"]["admissions"]["nodes"]
    found: Row = stay
    return found
