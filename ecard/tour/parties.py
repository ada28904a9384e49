"""The parties of the tour, and what each knows from the ready file: nothing but what its real counterpart would know."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from domain.times import from_text
from ecard.tour import display
from ecard.tour.consumer import PATIENCE, POLL, Consumer, TourError, expect, steps

APPS = {"wechat": "WeChat", "alipay": "Alipay", "unionpay": "UnionPay", "bank": "Bank"}

APART = timedelta(hours=1)
ELDERS = 4  # of who has no card yet in the demo


@dataclass(slots=True)
class Parties:
    """`ready`: the ready file. `applicant`: who applies. `session`: the resident's tokens. `card_code`: of the card's image.
    `apps`: payment apps, by the ready file's names."""

    ready: Mapping[str, Any]
    resident: Consumer
    hospital: Consumer
    operator: Consumer
    neighbour: Consumer
    mother: Consumer
    elder: Consumer
    pharmacy: Consumer
    other: Consumer
    apps: Mapping[str, Consumer]
    hospital_code: str
    applicant: Mapping[str, Any] = field(default_factory=dict)
    session: dict[str, str] = field(default_factory=dict)
    hospital_id: str = ""
    card_code: str = ""
    pharmacy_code: str = "PKUSZH"
    other_code: str = "SZPH"

    @classmethod
    def meet(cls, http: httpx.Client, ready: Mapping[str, Any], hospital_code: str) -> "Parties":
        """All of them, not signed in yet."""
        numbers = steps()
        resident = Consumer(http, numbers, "Resident", "mobile")
        hospital = Consumer(http, numbers, "Hospital", "institution")
        operator = Consumer(http, numbers, "Operator", "platform")
        neighbour = Consumer(http, numbers, "Neighbour", "mobile")
        mother, elder = (Consumer(http, numbers, who, "mobile") for who in ("Mother", "Grandparent"))
        pharmacy = Consumer(http, numbers, "Pharmacy", "institution")
        other = Consumer(http, numbers, "Other hospital", "institution")
        apps = {name: Consumer(http, numbers, who, "payments") for name, who in APPS.items()}
        return cls(ready, resident, hospital, operator, neighbour, mother, elder, pharmacy, other, apps, hospital_code)

    def credentials(self, name: str) -> tuple[str, str]:
        """A client's id and secret."""
        client = self.ready["clients"][name]
        return client["id"], client["secret"]

    @property
    def elders(self) -> list[Mapping[str, Any]]:
        """The oldest of those who have no card yet, as their numbers tell it."""
        known = [one for one in self.ready["applicants"] if one["documentType"] == "RESIDENT_ID"]
        return sorted(known, key=lambda one: str(one["documentNumber"][6:14]))[:ELDERS]

    def longest_unasked(self, people: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Of these the one whose phone had the fewest messages, since a phone is sent only so many."""
        phones = [message["phone"] for message in self.messages()]
        return min(people, key=lambda one: phones.count(one["phone"]))

    def present(self, purpose: str, form: str = "PLATFORM", of: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A code that the resident shows. `of`: a person whom the mother cares for, whose code she shows (`id`)."""
        wish = {"purpose": purpose, "form": form}
        who, wish = (self.resident, wish) if of is None else (self.mother, {**wish, "residentId": of["id"]})
        code: dict[str, Any] = who.change("PresentCard", {"input": wish}, f"for {purpose}")["code"]
        expect(code["purpose"] == purpose and "<svg" in code["svg"], "a code for this purpose, with its picture")
        return code

    def institution_id(self, code: str) -> str:
        """The id of one of the city's hospitals, as its own system knows it."""
        client = {self.pharmacy_code: self.pharmacy, self.other_code: self.other}[code]
        id: str = client.send("Directory", {}, "to know its own id")["institution"]["id"]
        return id

    def opened(self, url: str, passcode: str) -> tuple[int, str]:
        """What somebody who has a link finds under it with this passcode: the status, and what kind of document."""
        display.request(next(self.resident.steps), "Anyone", f"POST {url}", "", {"passcode": passcode})
        response = self.resident.http.post(url, data={"passcode": passcode})
        kind = response.headers["content-type"].partition(";")[0]
        display.answer(f"{response.status_code} {kind}")
        return response.status_code, kind

    def is_free(self, person: Consumer, moment: datetime) -> bool:
        """Whether the person, who is signed in, has nothing else around that time: of an earlier tour, say."""
        variables = {"statuses": ["BOOKED", "CHECKED_IN"], "first": 100}
        found = person.send("Appointments", variables, "to see what else there is")["resident"]["appointments"]["nodes"]
        return all(abs(from_text(one["startsAt"]) - moment) >= APART for one in found)

    def scan(self, code: str, step: str = "REGISTER", setting: str = "OUTPATIENT") -> dict[str, Any]:
        """The variables of a scan at the hospital's window."""
        terminal = {"id": "window-3", "kind": "WINDOW"}
        return {"input": {"code": code, "careStep": step, "careSetting": setting, "terminal": terminal}}

    def received(self, before: int, phone: str) -> str:
        """The verification code of the SMS that came to this phone after so many lines of the SMS file."""
        display.waiting("the SMS, which a worker sends")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for message in self.messages()[before:]:
                if message["phone"] == phone and message.get("verificationCode"):
                    return str(message["verificationCode"])
            time.sleep(POLL)
        raise TourError(f"no SMS with a code came within {PATIENCE:.0f} seconds")

    def messages(self) -> list[dict[str, Any]]:
        """What was sent by SMS, oldest first."""
        path = Path(self.ready["smsFile"])
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
