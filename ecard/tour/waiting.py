"""A place is given up, and passed on to whoever has waited longest."""

import secrets
from datetime import datetime
from typing import Any

from domain.times import shanghai_day
from ecard.tour import display
from ecard.tour.apply import sign_in
from ecard.tour.clinic import DOCTORS, Clinic, free_slots
from ecard.tour.consumer import TourError, expect
from ecard.tour.parties import Parties

BOOKED = {"statuses": ["BOOKED"], "first": 20}
LONGEST_DRAW = 120.0  # seconds: in the demo a place rests for half a minute at most


def give_up(parties: Parties, clinic: Clinic) -> str:
    """The resident has the only place, a neighbour waits for it, and the resident cancels: the neighbour's entry."""
    display.chapter("A place is given up")
    slot = free_slots(parties, clinic, DOCTORS[1], clinic.tomorrow)[0]
    wish = {"input": {"slotId": slot["id"], "idempotencyKey": secrets.token_hex(8)}}
    appointment = parties.resident.change("BookAppointment", wish, "of the only place")["appointment"]
    expect(appointment["bill"] is None, "without a fee there is no bill")
    _find_neighbour(parties, clinic.tomorrow)
    own = {"input": {**wish["input"], "idempotencyKey": secrets.token_hex(8)}}
    parties.neighbour.refused("BookAppointment", own, "SLOT_TAKEN", "of a place that somebody has")
    day = shanghai_day(clinic.tomorrow).isoformat()
    line = {"input": {"departmentId": clinic.department, "from": day, "to": day}}
    entry: dict[str, Any] = parties.neighbour.change("JoinWaitlist", line)["entry"]
    expect(entry["position"] == 1, "the neighbour is the first in line")
    gone = parties.resident.change("CancelAppointment", {"input": {"appointmentId": appointment["id"], "reason": "临时出差"}})
    expect(gone["appointment"]["status"] == "CANCELLED", "the resident does not come")
    left = [one["id"] for one in free_slots(parties, clinic, DOCTORS[1], clinic.tomorrow)]
    expect(slot["id"] not in left, "nobody can snatch the place: it returns at a drawn time, to who waits")
    id: str = entry["id"]
    return id


def handed_on(parties: Parties, entry_id: str) -> None:
    """The neighbour is booked, without doing anything."""
    display.chapter("The place is passed on")

    def find(data: dict[str, Any]) -> object:
        states = {one["id"]: (one["status"], one["appointment"]) for one in data["resident"]["waitlist"]}
        return states.get(entry_id, ("", None))[1]

    appointment = parties.neighbour.wait_for("Appointments", BOOKED, find, "the neighbour's appointment", LONGEST_DRAW)
    own = parties.neighbour.send("Appointments", BOOKED)["resident"]["appointments"]["nodes"]
    expect(appointment["id"] in {one["id"] for one in own}, "the neighbour has the place")


def _find_neighbour(parties: Parties, begin: datetime) -> None:
    """Signs somebody in who has nothing else at that time."""
    everybody = [one for one in parties.ready["residents"] if one["phone"]]
    for one in secrets.SystemRandom().sample(everybody, len(everybody)):
        parties.neighbour.token = None
        sign_in(parties, parties.neighbour, one)
        if parties.is_free(parties.neighbour, begin):
            return
    raise TourError("every neighbour has something else at that time")
