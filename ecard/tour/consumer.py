"""An outside client: what a phone, a hospital's system or the operator's tool does over HTTP."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from ecard.tour import display
from ecard.tour.documents import document

MEDIA_TYPE = "application/graphql-response+json"
UNAUTHENTICATED = 401
PATIENCE = 30.0  # seconds for what a worker makes
POLL = 0.1
Steps = Iterator[int]


class TourError(Exception):
    """A step was not as it should be; the message says which and how."""


def steps() -> Steps:
    """The numbers of the steps, for all consumers of one tour together."""
    return count(1)


def expect(holds: object, what: str) -> None:
    """Says what was proved. Raises TourError when it does not hold."""
    if not holds:
        raise TourError(f"this should hold, and does not: {what}")
    display.proved(what)


@dataclass(slots=True)
class Consumer:
    """`who`: as the tour calls it. `file`: whose documents it sends. `token`: its access token, once it has one."""

    http: httpx.Client
    steps: Steps
    who: str
    file: str
    token: str | None = field(default=None, repr=False)

    def send(self, operation: str, variables: Mapping[str, Any], why: str = "") -> dict[str, Any]:
        """Sends one operation and shows it: the answer's `data`. Raises TourError for anything but an answer without errors."""
        response = self._post(operation, variables, why)
        body: dict[str, Any] = response.json()
        display.answer(body.get("data") or body)
        if response.status_code != 200 or "errors" in body:
            raise TourError(f"{operation} was answered with status {response.status_code} and {body.get('errors')}")
        data: dict[str, Any] = body["data"]
        return data

    def wait_for(
        self,
        operation: str,
        variables: Mapping[str, Any],
        find: Callable[[dict[str, Any]], Any],
        what: str,
        patience: float | None = None,
    ) -> Any:
        """Asks the same until `find` finds something in the answer's `data`: that. Raises TourError when it has found nothing after
        `patience` seconds."""
        seconds = PATIENCE if patience is None else patience
        text = document(self.file, operation)
        display.request(next(self.steps), self.who, f"{operation}, until there is {what}", text, variables)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            body = self._ask(text, variables).json()
            found = find(body["data"])
            if found:
                display.answer(body["data"])
                return found
            time.sleep(POLL)
        raise TourError(f"{what} did not come within {seconds:.0f} seconds")

    @contextmanager
    def listening(self, operation: str, why: str = "") -> Iterator[Iterator[dict[str, Any]]]:
        """Listens to a subscription over server-sent events: the `data` of each event, as they come."""
        text = document(self.file, operation)
        display.request(next(self.steps), self.who, f"{operation} {why}".strip(), text, {})
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self.token}"}
        with self.http.stream("POST", "/graphql", json={"query": text}, headers=headers) as response:
            expect(response.status_code == 200, "the stream is open")
            yield self._events(response.iter_lines())

    def _events(self, lines: Iterator[str]) -> Iterator[dict[str, Any]]:
        for line in lines:
            body = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else None
            if body is not None:
                display.answer(body.get("data") or body)
                if "errors" in body:
                    raise TourError(f"the stream told {body['errors']}")
                yield body["data"]

    def is_shut_out(self, operation: str, why: str) -> None:
        """Sends one operation until its sign-in is refused, which must come within a moment. Raises TourError when it does not."""
        text = document(self.file, operation)
        display.request(next(self.steps), self.who, f"{operation} {why}", text, {})
        end = time.monotonic() + PATIENCE
        while (response := self._ask(text, {})).status_code != UNAUTHENTICATED and time.monotonic() < end:
            time.sleep(POLL)
        display.answer(response.json())
        expect(response.status_code == UNAUTHENTICATED, "the sign-in is refused")

    def _post(self, operation: str, variables: Mapping[str, Any], why: str = "") -> httpx.Response:
        text = document(self.file, operation)
        display.request(next(self.steps), self.who, f"{operation} {why}".strip(), text, variables)
        return self._ask(text, variables)

    def _ask(self, text: str, variables: Mapping[str, Any]) -> httpx.Response:
        headers = {"Accept": MEDIA_TYPE}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.http.post("/graphql", json={"query": text, "variables": variables}, headers=headers)

    def change(self, operation: str, variables: Mapping[str, Any], why: str = "") -> dict[str, Any]:
        """A mutation that is carried out: its payload. Raises TourError when it was refused."""
        (payload,) = self.send(operation, variables, why).values()
        if payload["userErrors"]:
            raise TourError(f"{operation} was refused: {payload['userErrors']}")
        done: dict[str, Any] = payload
        return done

    def refused(self, operation: str, variables: Mapping[str, Any], code: str, why: str) -> None:
        """A mutation that must be refused with this code, and do nothing."""
        (payload,) = self.send(operation, variables, why).values()
        codes = [error["code"] for error in payload.pop("userErrors")]
        expect(codes == [code], f"refused with {code}")
        expect(not any(payload.values()), "nothing came back with the refusal")

    def oauth(self, why: str, form: Mapping[str, str], credentials: tuple[str, str] | None = None) -> httpx.Response:
        """Asks `/oauth/token`, and shows the answer."""
        display.request(next(self.steps), self.who, f"POST /oauth/token {why}", "", {"grant_type": form["grant_type"]})
        authorization = httpx.BasicAuth(*credentials) if credentials else httpx.USE_CLIENT_DEFAULT
        response = self.http.post("/oauth/token", data=dict(form), auth=authorization)
        display.answer(response.json())
        return response

    def sign_in_with(self, credentials: tuple[str, str]) -> None:
        """Client credentials, as apps and institutions sign in."""
        response = self.oauth("with client credentials", {"grant_type": "client_credentials"}, credentials)
        expect(response.status_code == 200, "the credentials give an access token")
        self.token = response.json()["access_token"]

    def fetch(self, url: str, media_type: str) -> bytes:
        """A file by its address, of this type."""
        display.request(next(self.steps), self.who, f"GET {url}", "", {})
        response = self.http.get(url)
        kind = response.headers.get("content-type", "")
        expect(response.status_code == 200 and kind.startswith(media_type), f"{len(response.content)} bytes of {media_type}")
        return response.content
