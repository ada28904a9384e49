import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from domain.documents import read_document
from domain.enums import DocumentType, Sex
from outside import identity_http
from outside.errors import Permanent, Transient
from outside.identity import Confirmation
from outside.identity_http import HttpRegistry
from tests.outside.standin import StandIn, stand_in

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
NUMBER, PHONE, NAME = "11010519491231002X", "13800000000", "买买提·吐尔逊"
DOCUMENT = read_document(DocumentType.RESIDENT_ID, NUMBER, NOW.date())
BIRTH = read_document(DocumentType.BIRTH_CERTIFICATE, "O440123456", NOW.date())


@pytest.fixture
async def service() -> AsyncIterator[StandIn]:
    async with stand_in() as found:
        yield found


def registry(service: StandIn) -> HttpRegistry:
    return HttpRegistry(service.url, "the secret", lambda: NOW)


async def test_the_question_is_as_documented(service: StandIn) -> None:
    service.answers(200, {"confirmed": True})
    await registry(service).confirm(NAME, DOCUMENT, PHONE)
    (asked,) = service.asked
    assert asked.line == "POST /confirm HTTP/1.1"
    assert json.loads(asked.body) == {"name": NAME, "documentType": "01", "documentNumber": NUMBER, "phone": PHONE}
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-timestamp"] == "1795397400"
    expected = hmac.new(b"the secret", b"1795397400." + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["x-signature"] == f"sha256={expected}"


async def test_a_newborn_is_asked_about_without_a_phone(service: StandIn) -> None:
    service.answers(
        200,
        {
            "confirmed": True,
            "sex": "FEMALE",
            "birthDate": "2026-11-20",
            "guardians": [
                {"documentType": "01", "documentNumber": NUMBER},
                {"documentType": "03", "documentNumber": "e12345678"},
            ],
        },
    )
    found = await registry(service).confirm("张小宝", BIRTH, None)
    assert found == Confirmation(Sex.FEMALE, date(2026, 11, 20), (f"CITIZEN:{NUMBER}", "PASSPORT:E12345678"))
    (asked,) = service.asked
    assert json.loads(asked.body)["phone"] is None


async def test_what_the_registry_does_not_know_is_left_out(service: StandIn) -> None:
    service.answers(200, {"confirmed": True, "sex": None, "guardians": None})
    assert await registry(service).confirm(NAME, DOCUMENT, PHONE) == Confirmation()


async def test_who_is_not_confirmed_is_none(service: StandIn) -> None:
    service.answers(200, {"confirmed": False, "sex": "MALE"})
    assert await registry(service).confirm(NAME, DOCUMENT, PHONE) is None


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_service_in_trouble_may_answer_later(service: StandIn, status: int) -> None:
    service.answers(status, {"confirmed": True})
    with pytest.raises(Transient, match=str(status)):
        await registry(service).confirm(NAME, DOCUMENT, PHONE)


@pytest.mark.parametrize("status", [301, 400, 401, 404])
async def test_a_refused_question_stays_refused(service: StandIn, status: int) -> None:
    service.answers(status, {"confirmed": True})
    with pytest.raises(Permanent, match=str(status)):
        await registry(service).confirm(NAME, DOCUMENT, PHONE)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"confirmed": "yes"}',
        b'{"confirmed": true, "sex": "F"}',
        b'{"confirmed": true, "birthDate": "yesterday"}',
        b'{"confirmed": true, "birthDate": 20261120}',
        b'{"confirmed": true, "guardians": {}}',
        b'{"confirmed": true, "guardians": ["x"]}',
        b'{"confirmed": true, "guardians": [{"documentType": "77", "documentNumber": "x"}]}',
        b'{"confirmed": true, "guardians": [{"documentType": "01", "documentNumber": "x"}]}',
        b'{"confirmed": true, "guardians": [{"documentType": "01", "documentNumber": 5}]}',
    ],
)
async def test_an_answer_that_is_none_is_a_fault_of_the_service(service: StandIn, body: bytes) -> None:
    service.answers(200, raw=body)
    with pytest.raises(Transient, match="answer"):
        await registry(service).confirm(NAME, DOCUMENT, PHONE)


async def test_a_service_that_hangs_up(service: StandIn) -> None:
    service.answer = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{"
    with pytest.raises(Transient, match="No answer"):
        await registry(service).confirm(NAME, DOCUMENT, PHONE)


async def test_a_service_that_is_not_there() -> None:
    async with stand_in() as gone:
        asking = registry(gone)
    with pytest.raises(Transient, match="ConnectError") as failed:
        await asking.confirm(NAME, DOCUMENT, PHONE)
    assert not any(personal in str(failed.value) for personal in (NAME, NUMBER, PHONE))


async def test_nobody_waits_longer_than_promised(service: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    assert identity_http.LONGEST == 2.0
    asking = registry(service)  # each of whose steps may take two seconds
    monkeypatch.setattr(identity_http, "LONGEST", 0.05)
    service.hangs = True
    service.answer = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{"
    with pytest.raises(Transient, match="too long"):
        await asking.confirm(NAME, DOCUMENT, PHONE)
