"""Medicine: prescribed, paid, made ready, and collected by somebody whom the resident sends."""

import secrets
from typing import Any

from ecard.tour import display
from ecard.tour.clinic import DOCTORS, Clinic
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties
from ecard.tour.payments import pay_on_the_phone

ITEMS = (
    {"medicine": "盐酸二甲双胍片 0.5g×20片", "dose": "0.5 g", "route": "口服", "frequency": "每日两次", "days": 20, "quantity": "2",
     "unit": "盒", "unitPrice": "8.90"},
    {"medicine": "维生素B12片 25μg×100片", "dose": "25 μg", "route": "口服", "frequency": "每日一次", "days": 30, "quantity": "1",
     "unit": "瓶", "unitPrice": "6.20"},
)  # fmt: skip
INSURED, DELEGATE = "12.00", "李阿姨"
Row = dict[str, Any]


def collect(parties: Parties, clinic: Clinic, visit: str) -> None:
    """`visit`: in which it is prescribed. The pharmacy is another hospital's."""
    display.chapter("Medicine, collected by somebody else")
    pharmacy = parties.pharmacy
    pharmacy.sign_in_with(parties.credentials(parties.pharmacy_code))
    issued = _prescribe(parties, clinic, visit)
    queue = pharmacy.send("PharmacyQueue", {"first": 100})["institution"]["prescriptions"]["nodes"]
    [waiting] = [one for one in queue if one["id"] == issued["id"]]
    expect(waiting["resident"]["fullName"] == parties.applicant["name"], "the pharmacy knows for whom it is")
    pharmacy.refused("MarkPrescriptionReady", {"id": issued["id"]}, "BILL_UNPAID", "of what is not paid")
    pay_on_the_phone(parties, issued["bill"])
    ready = pharmacy.change("MarkPrescriptionReady", {"id": issued["id"]})["prescription"]
    expect(ready["status"] == "READY", "paid, and ready")
    wish = {"prescriptionId": issued["id"], "delegateName": DELEGATE}
    code = parties.resident.change("DelegatePickup", {"input": wish})["code"]["text"]
    scan = parties.scan(code, "COLLECT_MEDICINE")
    opened = pharmacy.change("VerifyCode", scan, "with the code of whom the resident sent")["visit"]
    expect(opened["delegateName"] == DELEGATE, "the pharmacy knows who came")
    expect([one["id"] for one in opened["prescriptions"]] == [issued["id"]], "and sees this prescription alone")
    pharmacy.refused("VerifyCode", scan, "ALREADY_USED", "with the same code again")
    _hand_out(parties, opened["id"], issued)


def collect_for(parties: Parties, clinic: Clinic, visit: str) -> None:
    """What the grandparent needs after the operation (`visit`): the mother pays it, and sends somebody for it."""
    display.chapter("The grandparent's medicine")
    issued = _prescribe(parties, clinic, visit)
    pay_on_the_phone(parties, issued["bill"], parties.mother)
    parties.pharmacy.change("MarkPrescriptionReady", {"id": issued["id"]})
    wish = {"prescriptionId": issued["id"], "delegateName": DELEGATE}
    parties.resident.refused("DelegatePickup", {"input": wish}, "NOT_FOUND", "of somebody else's medicine")
    code = parties.mother.change("DelegatePickup", {"input": wish}, "for the grandparent")["code"]["text"]
    opened = parties.pharmacy.change("VerifyCode", parties.scan(code, "COLLECT_MEDICINE"), "with the delegate's code")["visit"]
    all_of_it = {"prescriptionId": issued["id"], "visitId": opened["id"], "idempotencyKey": secrets.token_hex(8)}
    done = parties.pharmacy.change("DispensePrescription", {"input": all_of_it})["prescription"]
    expect(done["status"] == "DISPENSED", "handed out to whom the mother sent")


def _prescribe(parties: Parties, clinic: Clinic, visit: str) -> Row:
    given = {
        "visitId": visit,
        "doctorId": clinic.doctors[DOCTORS[0]],
        "pharmacyId": parties.institution_id(parties.pharmacy_code),
        "items": ITEMS,
        "insured": INSURED,
        "idempotencyKey": secrets.token_hex(8),
    }
    issued: Row = parties.hospital.change("IssuePrescription", {"input": given})["prescription"]
    expect(issued["status"] == "ISSUED" and issued["bill"], "prescribed, with a bill")
    return issued


def _hand_out(parties: Parties, visit: str, issued: Row) -> None:
    """One of the first medicine, then what is left, then nothing more."""
    named = {"prescriptionId": issued["id"], "visitId": visit}
    some = {**named, "items": [{"itemId": issued["items"][0]["id"], "quantity": "1"}], "idempotencyKey": secrets.token_hex(8)}
    partly = parties.pharmacy.change("DispensePrescription", {"input": some}, "of which one box is there")["prescription"]
    expect(partly["status"] == "PARTLY_DISPENSED", "a part is handed out")
    mine = parties.resident.send("Prescriptions", {"first": 10})["resident"]["prescriptions"]["nodes"]
    left = {item["medicine"]: (item["quantity"], item["dispensed"]) for one in mine for item in one["items"]}
    expect(left[ITEMS[0]["medicine"]] == ("2", "1"), "the phone shows what is left")
    rest = {**named, "idempotencyKey": secrets.token_hex(8)}
    done = parties.pharmacy.change("DispensePrescription", {"input": rest}, "of all that is left")["prescription"]
    expect(done["status"] == "DISPENSED", "all of it is handed out")
    again = {**named, "idempotencyKey": secrets.token_hex(8)}
    parties.pharmacy.refused("DispensePrescription", {"input": again}, "ALREADY_DISPENSED", "of what is handed out")
