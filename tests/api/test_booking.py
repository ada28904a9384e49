"""Booking through the whole application: many at once, what it costs the database, who may."""

import asyncio
import os
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from db.slots import Slot
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.resolvers.clinic import DAY, Clinic, open_clinic
from tests.resolvers.world import public

PROBLEM = "fragment Problem on UserError { code field message retryAt } fragment Amount on Money { amount currency } "
BOOK = (
    PROBLEM
    + """
mutation BookAppointment($input: BookAppointmentInput!) {
  bookAppointment(input: $input) {
    appointment {
      id status startsAt queueNumber fee { ...Amount } bill { id status } resident { id } doctor { name } institution { name }
    }
    userErrors { ...Problem }
  }
}"""
)
CANCEL = (
    PROBLEM.split(" fragment Amount", maxsplit=1)[0]
    + """
mutation CancelAppointment($input: CancelAppointmentInput!) {
  cancelAppointment(input: $input) { appointment { id status cancelledAt bill { id status } } userErrors { ...Problem } }
}"""
)
MOVE = """
mutation RescheduleAppointment($input: RescheduleAppointmentInput!) {
  rescheduleAppointment(input: $input) { appointment { id status startsAt } userErrors { code } }
}"""
JOIN = """
mutation JoinWaitlist($input: JoinWaitlistInput!) {
  joinWaitlist(input: $input) { entry { id position department { name } } userErrors { code field } }
}"""
LEAVE = "mutation($id: ID!) { leaveWaitlist(input: { entryId: $id }) { entry { id status } userErrors { code } } }"
APPOINTMENTS = """
query Appointments($residentId: ID, $statuses: [AppointmentStatus!], $first: Int!, $after: String) {
  resident(id: $residentId) {
    appointments(statuses: $statuses, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id startsAt status queueNumber cancellableUntil fee { amount currency } bill { id status }
        doctor { name title } department { id name } institution { name address }
      }
    }
    waitlist { id status position from to department { name } institution { name } appointment { id } }
  }
}"""


@pytest.fixture
async def clinic(asker: Asker) -> Clinic:
    """With other people's bookings."""
    clinic = await open_clinic(asker.world)
    await clinic.book(await asker.world.resident(), await clinic.slot(3 * DAY, capacity=2))
    return clinic


def booking(slot: Slot, key: str = "k", **given: Any) -> dict[str, Any]:
    return {"slotId": public("T", slot.id), "idempotencyKey": key, **given}


def outcome(payload: Any) -> str:
    """The queue number, or why not."""
    return payload["userErrors"][0]["code"] if payload["userErrors"] else str(payload["appointment"]["queueNumber"])


@pytest.mark.parametrize("capacity", [1, 20])
async def test_of_many_at_once_as_many_are_booked_as_there_are_places(asker: Asker, clinic: Clinic, capacity: int) -> None:
    many = int(os.environ.get("PROOF_SCANS", "30"))
    slot = await clinic.slot(capacity=capacity)
    residents = [await asker.world.resident() for _ in range(many)]
    payloads = await asyncio.gather(*(asker.change(resident, BOOK, **booking(slot)) for resident in residents))
    expected = Counter({str(number): 1 for number in range(1, capacity + 1)})
    assert Counter(map(outcome, payloads)) == expected + Counter({"SLOT_TAKEN": many - capacity})
    assert await clinic.places(slot) == [(number, False) for number in range(1, capacity + 1)]


async def test_one_person_many_times_at_once_is_booked_once(asker: Asker, clinic: Clinic) -> None:
    many = int(os.environ.get("PROOF_SCANS", "20"))
    elsewhere, resident = await open_clinic(asker.world), await asker.world.resident()
    near, same_day = (
        await elsewhere.slot(2 * DAY + timedelta(minutes=10), many),
        await clinic.slot(2 * DAY + timedelta(minutes=90), many),
    )
    overlapping = [await clinic.slot(capacity=many), near]
    asked = [booking(overlapping[n % 2], f"a{n}") for n in range(many)]
    payloads = await asyncio.gather(*(asker.change(resident, BOOK, **given) for given in asked))
    assert Counter(map(outcome, payloads)) == {"1": 1, "ALREADY_BOOKED": many - 1}
    other = await asker.world.resident()
    asked = [booking((overlapping[0], same_day)[n % 2], f"b{n}") for n in range(many)]
    payloads = await asyncio.gather(*(asker.change(other, BOOK, **given) for given in asked))
    assert Counter(outcome(payload) for payload in payloads if payload["userErrors"]) == {"ALREADY_BOOKED": many - 1}
    assert await asker.world.value("select count(*) from appointment where resident_id = $1", other.resident_id) == 1


async def test_same_key_books_once_and_answers_alike(asker: Asker, clinic: Clinic) -> None:
    resident, slot = await asker.world.resident(), await clinic.slot(capacity=3, fee=1234)
    payloads = await asyncio.gather(*(asker.change(resident, BOOK, **booking(slot, reason="咳嗽")) for _ in range(5)))
    assert all(payload == payloads[0] for payload in payloads)
    shown = payloads[0]["appointment"]
    assert shown["fee"] == {"amount": "12.34", "currency": "CNY"}
    assert shown["bill"]["status"] == "UNPAID"
    assert shown["resident"] == {"id": id_of(resident)}
    assert await clinic.places(slot) == [(1, False)]
    reused = await asker.change(resident, BOOK, **booking(slot, reason="发热"))
    assert [error["code"] for error in reused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    # Read as it is now.
    cancelled = await asker.change(resident, CANCEL, appointmentId=shown["id"])
    assert (cancelled["appointment"]["status"], cancelled["appointment"]["bill"]["status"]) == ("CANCELLED", "CANCELLED")
    again = await asker.change(resident, BOOK, **booking(slot, reason="咳嗽"))
    assert (again["appointment"]["id"], again["appointment"]["status"]) == (shown["id"], "CANCELLED")


@pytest.mark.parametrize(("fee", "many"), [(0, 9), (1000, 11)])
async def test_booking_costs_so_many_statements(asker: Asker, clinic: Clinic, statements: list[str], fee: int, many: int) -> None:
    first, second = await asker.world.resident(), await asker.world.resident()
    slot = await clinic.slot(capacity=2, fee=fee)
    await asker.change(first, BOOK, **booking(slot))
    await asker.data(second, "{ me { id } }")  # who asks is known from here on
    statements.clear()
    payload = await asker.change(second, BOOK, **booking(slot))
    assert outcome(payload) == "2"
    assert len(statements) == many, "\n".join(statements)


async def test_refused_booking_says_what_to_do(asker: Asker, clinic: Clinic) -> None:
    resident, world = await asker.world.resident(), asker.world
    far = await clinic.slot(20 * DAY)
    (error,) = (await asker.change(resident, BOOK, **booking(far)))["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_READY", ["slotId"])
    assert error["retryAt"].endswith("T00:00:00+08:00")
    for n in range(3):
        key = await clinic.book(resident, await clinic.slot((4 + n) * DAY))
        await world.rows("update appointment set status = 'NO_SHOW', ends_at = $2 where id = $1", key.id, world.now)
    (error,) = (await asker.change(resident, BOOK, **booking(await clinic.slot())))["userErrors"]
    assert error["code"] == "BOOKING_LOCKED"
    assert error["retryAt"] is not None


async def test_carer_books_for_who_entrusted_it_to_them(asker: Asker, clinic: Clinic) -> None:
    parent, carer, other = [await asker.world.resident() for _ in range(3)]
    await asker.world.care_for(parent, carer, "APPOINTMENTS")
    await asker.world.care_for(parent, other, "CARD")
    slot, of_parent = await clinic.slot(capacity=2), id_of(parent)
    payload = await asker.change(carer, BOOK, **booking(slot, residentId=of_parent))
    assert payload["appointment"]["resident"] == {"id": of_parent}
    refused = await asker.change(other, BOOK, **booking(slot, residentId=of_parent))
    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    variables: dict[str, Any] = {"residentId": of_parent, "first": 5}
    seen = (await asker.data(carer, APPOINTMENTS, **variables))["resident"]["appointments"]["nodes"]
    assert [node["id"] for node in seen] == [payload["appointment"]["id"]]
    assert (await asker.data(other, APPOINTMENTS, **variables))["resident"]["appointments"]["nodes"] == []


async def test_appointments_are_listed_by_time_and_by_status(asker: Asker, clinic: Clinic) -> None:
    resident = await asker.world.resident()
    later, sooner, cancelled = [await clinic.book(resident, await clinic.slot(days * DAY)) for days in (6, 4, 5)]
    await clinic.cancel(resident, cancelled)
    listed = (await asker.data(resident, APPOINTMENTS, first=5))["resident"]["appointments"]["nodes"]
    assert [node["id"] for node in listed] == [public("B", key.id, key.resident_id) for key in (sooner, cancelled, later)]
    page = (await asker.data(resident, APPOINTMENTS, first=1, statuses=["BOOKED"]))["resident"]["appointments"]
    assert page["pageInfo"]["hasNextPage"]
    assert [node["status"] for node in page["nodes"]] == ["BOOKED"]


async def test_moving_shows_the_new_time(asker: Asker, clinic: Clinic) -> None:
    resident, slot = await asker.world.resident(), await clinic.slot(4 * DAY)
    key = await clinic.book(resident, await clinic.slot())
    id = public("B", key.id, key.resident_id)
    payload = await asker.change(resident, MOVE, appointmentId=id, slotId=public("T", slot.id))
    assert payload["userErrors"] == []
    assert payload["appointment"]["id"] == id
    assert await asker.world.value("select starts_at from appointment where id = $1", key.id) == slot.starts_at


async def test_waiting_has_a_place_in_the_line(asker: Asker, clinic: Clinic) -> None:
    def days(start: int, end: int) -> dict[str, str]:
        today = asker.world.now.astimezone().date()
        return {"from": (today + timedelta(days=start)).isoformat(), "to": (today + timedelta(days=end)).isoformat()}

    async def join(resident: Viewer, start: int, end: int) -> Any:
        return await asker.change(resident, JOIN, departmentId=clinic.public_id, **days(start, end))

    first, second, third = [await asker.world.resident() for _ in range(3)]
    joined = [await join(first, 1, 5), await join(second, 6, 8), await join(third, 5, 7)]
    assert [payload["entry"]["position"] for payload in joined] == [1, 1, 3]
    assert (await join(first, 1, 5))["entry"]["id"] == joined[0]["entry"]["id"]
    assert [error["code"] for error in (await join(first, 1, 6))["userErrors"]] == ["CONFLICT"]
    for start, end, field in ((-2, 3, "from"), (3, 2, "to"), (3, 200, "to")):
        assert (await join(second, start, end))["userErrors"] == [{"code": "INVALID_INPUT", "field": [field]}]
    left = (await asker.data(first, LEAVE, id=joined[0]["entry"]["id"]))["leaveWaitlist"]
    assert left == {"entry": {"id": joined[0]["entry"]["id"], "status": "LEFT"}, "userErrors": []}
    stolen = (await asker.data(first, LEAVE, id=joined[1]["entry"]["id"]))["leaveWaitlist"]
    assert [error["code"] for error in stolen["userErrors"]] == ["NOT_FOUND"]
    listed = (await asker.data(third, APPOINTMENTS, first=1))["resident"]["waitlist"]
    assert [(entry["status"], entry["position"]) for entry in listed] == [("WAITING", 2)]


async def test_scopes_are_asked_for(asker: Asker, clinic: Clinic) -> None:
    resident = await asker.world.resident()
    for scope, document, variables in (
        ("appointment:write", BOOK, {"input": booking(await clinic.slot())}),
        ("appointment:read", APPOINTMENTS, {"first": 1}),
    ):
        answer = await asker.whole(asker.without(resident, scope), document, **variables)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
