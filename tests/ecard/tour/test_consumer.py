"""A tour must fail where an answer is not as it should be: answers made up for the purpose."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ecard.tour import consumer
from ecard.tour.consumer import Consumer, TourError, expect, steps

PROBLEM = {"code": "ALREADY_USED", "field": None, "message": "", "retryAt": None}


def asking(answer: Callable[[httpx.Request], httpx.Response]) -> Consumer:
    http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://card.example")
    return Consumer(http, steps(), "Hospital", "institution")


def answering(body: Any, status: int = 200) -> Consumer:
    return asking(lambda request: httpx.Response(status, json=body))


def test_errors_end_the_tour() -> None:
    with pytest.raises(TourError, match="ServerTime was answered with status 200"):
        answering({"errors": [{"message": "no"}]}).send("ServerTime", {})
    with pytest.raises(TourError, match="status 500"):
        answering({"data": {"serverTime": ""}}, 500).send("ServerTime", {})


def test_refusal_where_none_belongs_ends_the_tour() -> None:
    refused = answering({"data": {"verifyCode": {"visit": None, "userErrors": [PROBLEM]}}})
    with pytest.raises(TourError, match="VerifyCode was refused"):
        refused.change("VerifyCode", {})
    refused.refused("VerifyCode", {}, "ALREADY_USED", "again")


@pytest.mark.parametrize(
    "payload", [{"visit": None, "userErrors": []}, {"visit": {"id": "V"}, "userErrors": [PROBLEM]}], ids=["accepted", "leaked"]
)
def test_missing_or_leaking_refusal_ends_the_tour(payload: dict[str, Any]) -> None:
    with pytest.raises(TourError):
        answering({"data": {"verifyCode": payload}}).refused("VerifyCode", {}, "ALREADY_USED", "again")
    with pytest.raises(TourError):
        answering({"data": {"verifyCode": payload}}).refused("VerifyCode", {}, "REVOKED", "again")


def test_what_never_comes_ends_the_tour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "PATIENCE", 0.05)
    waiting = answering({"data": {"serverTime": None}})
    with pytest.raises(TourError, match="the time did not come"):
        waiting.wait_for("ServerTime", {}, lambda data: data["serverTime"], "the time")
    with pytest.raises(TourError, match="the sign-in is refused"):
        waiting.is_shut_out("ServerTime", "after signing out")


def test_file_of_another_type_ends_the_tour() -> None:
    page = asking(lambda request: httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}))
    with pytest.raises(TourError, match="image/png"):
        page.fetch("http://card.example/files/x", "image/png")


def test_expectation(capsys: pytest.CaptureFixture[str]) -> None:
    expect(True, "it holds")
    assert "✓ it holds" in capsys.readouterr().out
    with pytest.raises(TourError, match="does not: it holds"):
        expect([], "it holds")


def test_secrets_are_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    tokens = {"access_token": "a" * 80, "refresh_token": "r" * 80}
    answering(tokens).oauth("as anybody", {"grant_type": "refresh_token", "refresh_token": "z" * 80})
    shown = capsys.readouterr().out
    assert "aaaaaa…" in shown
    assert not any(letter * 7 in shown for letter in "arz")


def streaming(body: str, status: int = 200) -> Consumer:
    return asking(lambda request: httpx.Response(status, text=body, headers={"content-type": "text/event-stream"}))


def test_stream_gives_what_it_tells_in_its_order() -> None:
    told = 'event: next\ndata: {"data": {"n": 1}}\n\n:\n\nevent: next\ndata: {"data": {"n": 2}}\n\nevent: complete\ndata:\n\n'
    with streaming(told).listening("ServerTime") as events:
        assert list(events) == [{"n": 1}, {"n": 2}]


def test_stream_that_fails_ends_the_tour() -> None:
    failing = streaming('event: next\ndata: {"errors": [{"message": "no"}]}\n\n').listening("ServerTime")
    with failing as events, pytest.raises(TourError, match="the stream told"):
        next(events)
    with pytest.raises(TourError, match="the stream is open"), streaming("", 500).listening("ServerTime"):
        pass
