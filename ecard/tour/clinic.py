"""The hospital opens its clinic; the resident books, comes, and is checked in by the scan."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.times import shanghai_day, to_text
from ecard.tour import display
from ecard.tour.consumer import expect
from ecard.tour.parties import Parties

FEE = "12.50"
LEAD = timedelta(minutes=5)  # from now to the beginning of the session, for a machine that is busy
DEPARTMENT, DOCTORS = "QK", ("QK01", "QK02")


@dataclass(frozen=True, slots=True)
class Clinic:
    """`doctors`: ids by code. `today`: when the session begins that can be attended; `tomorrow`: when that of one place does."""

    department: str
    doctors: dict[str, str]
    today: datetime
    tomorrow: datetime


def open_clinic(parties: Parties) -> Clinic:
    """Department, doctors and sessions, matched by the hospital's own codes."""
    display.chapter("The hospital opens its clinic")
    staff = [
        {"code": DOCTORS[0], "name": "许慧敏", "title": "主任医师", "speciality": "高血压、糖尿病", "departmentCode": DEPARTMENT},
        {"code": DOCTORS[1], "name": "𠮷文博", "title": "主治医师", "speciality": "全科", "departmentCode": DEPARTMENT},
    ]
    directory = {"departments": [{"code": DEPARTMENT, "name": "全科医学科"}], "doctors": staff}
    [department] = parties.hospital.change("PublishDirectory", {"input": directory})["departments"]
    doctors = {one["code"]: one["id"] for one in department["doctors"]}
    expect(set(doctors) == set(DOCTORS), "a department with two doctors")
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + LEAD
    clinic = Clinic(department["id"], doctors, soon, soon + timedelta(days=1))
    published = _publish(parties, clinic, DOCTORS[0], clinic.today, capacity=20, fee=FEE)
    again = _publish(parties, clinic, DOCTORS[0], clinic.today, capacity=20, fee=FEE)
    expect(len(published) == 2 and again == published, "an hour is cut into two slots; publishing it again changes nothing")
    one_place = _publish(parties, clinic, DOCTORS[1], clinic.tomorrow, capacity=1, fee="0.00")
    expect([slot["capacity"] for slot in one_place] == [1, 1], "and tomorrow two slots of one place each")
    return clinic


def book(parties: Parties, clinic: Clinic) -> str:
    """The resident finds a doctor and a free place: the appointment's id."""
    display.chapter("The resident books")
    wanted = {"filter": {"text": "高血压", "institutionId": parties.hospital_id}, "first": 10}
    [doctor] = parties.resident.send("Doctors", wanted, "who knows what they need")["doctors"]["nodes"]
    expect(doctor["id"] == clinic.doctors[DOCTORS[0]], "the doctor is found by what they know")
    slot = free_slots(parties, clinic, DOCTORS[0], clinic.today)[0]
    expect(slot["remaining"] == 20 and slot["fee"]["amount"] == FEE, "twenty places, and a fee")
    wish = {"input": {"slotId": slot["id"], "reason": "复诊", "idempotencyKey": secrets.token_hex(8)}}
    appointment = parties.resident.change("BookAppointment", wish)["appointment"]
    expect(appointment["status"] == "BOOKED" and appointment["queueNumber"] == 1, "booked, and the first in line")
    expect(appointment["bill"]["status"] == "UNPAID", "the fee comes as a bill")
    again = parties.resident.change("BookAppointment", wish, "again, since the answer may have been lost")["appointment"]
    expect(again["id"] == appointment["id"], "the same key gives the same appointment")
    other = {"input": {**wish["input"], "idempotencyKey": secrets.token_hex(8)}}
    parties.resident.refused("BookAppointment", other, "ALREADY_BOOKED", "of the same time with another key")
    id: str = appointment["id"]
    return id


def arrive(parties: Parties, appointment_id: str) -> None:
    """The hospital expects the resident, and the scan at its window checks them in."""
    display.chapter("The resident comes")
    shown = parties.resident.send("Appointments", {"statuses": ["BOOKED", "CHECKED_IN"], "first": 5})["resident"]
    [mine] = shown["appointments"]["nodes"]
    expect(mine["id"] == appointment_id and mine["institution"]["name"], "the phone shows where and when")
    text = parties.present("IDENTIFY")["text"]
    visit = parties.hospital.change("VerifyCode", parties.scan(text), "at the window that registers")["visit"]
    states = {one["id"]: one["status"] for one in visit["appointments"]}
    expect(states == {appointment_id: "CHECKED_IN"}, "the scan has checked in today's appointment")
    day = {"date": mine["startsAt"][:10], "first": 100}
    rows = parties.hospital.send("DayList", day)["institution"]["appointments"]
    [row] = [edge["node"] for edge in rows["edges"] if edge["node"]["id"] == appointment_id]
    expect(
        row["status"] == "CHECKED_IN" and row["resident"]["fullName"] == parties.applicant["name"], "the day list knows who is here"
    )


def free_slots(parties: Parties, clinic: Clinic, doctor: str, begin: datetime) -> list[dict[str, Any]]:
    """What can be booked with this doctor around that time."""
    day = shanghai_day(begin)
    days = {"from": day.isoformat(), "to": (day + timedelta(days=1)).isoformat()}
    wanted = {"departmentId": clinic.department, "doctorId": clinic.doctors[doctor], **days}
    found: list[dict[str, Any]] = parties.resident.send("Slots", wanted)["slots"]["nodes"]
    return found


def _publish(parties: Parties, clinic: Clinic, doctor: str, begin: datetime, capacity: int, fee: str) -> list[dict[str, Any]]:
    session = {
        "startsAt": to_text(begin),
        "endsAt": to_text(begin + timedelta(hours=1)),
        "slotMinutes": 30,
        "capacity": capacity,
        "fee": fee,
    }
    given = {"departmentId": clinic.department, "doctorId": clinic.doctors[doctor], "sessions": [session]}
    slots: list[dict[str, Any]] = parties.hospital.change("PublishSchedule", {"input": given})["slots"]
    return slots
