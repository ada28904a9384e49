"""What WeChat Pay tells by itself, and the kit `wechatpayv3` as an independent judge of both sides' signatures."""

import json
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpayv3 import WeChatPay as Kit
from wechatpayv3 import WeChatPayType
from wechatpayv3 import utils as kit_utils

from domain.enums import PaymentFlow
from outside.errors import Permanent
from outside.payments import Notification, OrderState, RefundState, State, WrongSignature
from tests.outside.payments.support import NOW, NUMBER, REFUND_NUMBER, Network, order, pair, private, refund_request, unnamed
from tests.outside.payments.wechat_side import (
    API_KEY,
    APP,
    MERCHANT,
    NONCE,
    PAID,
    REFUND_ID,
    REFUNDED,
    SERIAL,
    THEIR_SERIAL,
    TRANSACTION,
    answer,
    notification,
    provider,
    signed,
)

EVENT = "EV-2018022511223320873"
REFUND_TOLD = {**{name: value for name, value in REFUNDED.items() if name != "status"}, "mchid": MERCHANT}


@pytest.fixture(scope="module")
def kit() -> Kit:
    """The kit as the same merchant."""
    return Kit(
        WeChatPayType.NATIVE,
        MERCHANT,
        pair("us").private,
        SERIAL,
        APP,
        API_KEY,
        public_key=pair("wechat").public,
        public_key_id=THEIR_SERIAL,
    )


def test_a_payment_is_told(kit: Kit) -> None:
    body = notification(PAID)
    found = provider().read_notification(signed(body), body)
    at = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)
    assert found == Notification(EVENT, OrderState(NUMBER, State.SUCCEEDED, 12850, TRANSACTION, at))
    assert kit.callback(signed(body), body)["resource"] == PAID


@pytest.mark.parametrize(("status", "state"), [("SUCCESS", State.SUCCEEDED), ("CLOSED", State.FAILED), ("ABNORMAL", State.FAILED)])
def test_a_refund_is_told(status: str, state: State) -> None:
    body = notification({**REFUND_TOLD, "refund_status": status}, "refund", event_type=f"REFUND.{status}")
    about = provider().read_notification(signed(body), body).about
    assert isinstance(about, RefundState)
    assert (about.number, about.order_number, about.state, about.amount) == (REFUND_NUMBER, NUMBER, state, 5000)
    assert about.provider_reference == REFUND_ID


@pytest.mark.parametrize("asking", ["create", "query", "statement"])
async def test_what_is_sent_carries_the_signature_of_the_kit(kit: Kit, monkeypatch: pytest.MonkeyPatch, asking: str) -> None:
    network = Network([answer(200, {**PAID, "code_url": "weixin://x", "download_url": "https://x.test", "hash_value": "0"})])
    pay = provider(network)
    if asking == "statement":
        network.answers.append(OSError("enough"))
        with pytest.raises(OSError, match="enough"):
            await pay.statement(NOW.date())
    else:
        await (pay.create(order()) if asking == "create" else pay.query(NUMBER, NOW))
    asked = network.asked[0]
    monkeypatch.setattr(kit_utils.time, "time", NOW.timestamp)
    theirs = kit_utils.build_authorization(
        asked.url.raw_path.decode(), asked.method, MERCHANT, SERIAL, kit._core._private_key, asked.content.decode(), NONCE
    )
    assert asked.headers["authorization"] == theirs
    assert asked.headers["wechatpay-serial"] == THEIR_SERIAL


async def test_the_payers_parameters_are_signed_as_the_kit_signs_them(kit: Kit) -> None:
    network = Network([answer(200, {"prepay_id": "wx1"}), answer(200, {"prepay_id": "wx1"})])
    pay = provider(network)
    mini = (await pay.create(order(PaymentFlow.MINI_PROGRAM))).parameters
    app = (await pay.create(order(PaymentFlow.APP))).parameters
    assert mini is not None
    assert app is not None
    assert mini["paySign"] == kit.sign([mini["appId"], mini["timeStamp"], mini["nonceStr"], mini["package"]])
    assert app["sign"] == kit.sign([app["appid"], app["timestamp"], app["noncestr"], app["prepayid"]])


BODY = notification(PAID)
HEADERS = signed(BODY)


@given(at=st.integers(0, len(BODY) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_refused(at: int, byte: int) -> None:
    changed = BODY[:at] + bytes([byte]) + BODY[at + 1 :]
    if changed != BODY:
        with pytest.raises(WrongSignature):
            provider().read_notification(HEADERS, changed)


@given(
    name=st.sampled_from([name for name in HEADERS if name != "wechatpay-signature-type"]),
    at=st.integers(0, 400),
    character=st.characters(min_codepoint=33, max_codepoint=126),
)
def test_any_changed_header_is_refused(name: str, at: int, character: str) -> None:
    value = HEADERS[name]
    at %= len(value)
    changed = value[:at] + character + value[at + 1 :]
    if changed != value:
        with pytest.raises(WrongSignature):
            provider().read_notification({**HEADERS, name: changed}, BODY)


@given(at=st.integers(0, 600), bit=st.integers(0, 7))
def test_what_was_sealed_is_opened_whole_or_not_at_all(at: int, bit: int) -> None:
    envelope: Any = json.loads(BODY)
    sealed = bytearray(b64decode(envelope["resource"]["ciphertext"]))
    sealed[at % len(sealed)] ^= 1 << bit
    envelope["resource"]["ciphertext"] = b64encode(sealed).decode()
    body = json.dumps(envelope).encode()
    with pytest.raises(WrongSignature, match="not sealed with our key"):
        provider().read_notification(signed(body), body)


@pytest.mark.parametrize("seconds", [-301, 301, 86400 * 365])
def test_an_old_notification_is_refused(seconds: int) -> None:
    with pytest.raises(WrongSignature):
        provider().read_notification(signed(BODY, at=int(NOW.timestamp()) + seconds), BODY)


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_clock_may_be_a_little_wrong(seconds: int) -> None:
    found = provider().read_notification(signed(BODY, at=int(NOW.timestamp()) + seconds), BODY)
    assert found.id == EVENT


def test_a_notification_sealed_with_another_key_is_refused() -> None:
    body = notification(PAID, key=API_KEY[::-1])
    with pytest.raises(WrongSignature):
        provider().read_notification(signed(body), body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        notification(PAID, id=""),
        notification(PAID, id=5),
        notification({**PAID, "mchid": "1900000110"}),
        notification(PAID, "profit"),
        notification({**PAID, "amount": {"total": "12850"}}),
        notification(PAID, resource=None),
        notification(PAID, resource={"algorithm": "AEAD_AES_256_GCM", "ciphertext": "é", "nonce": "1", "original_type": "refund"}),
        notification(PAID, resource={"algorithm": "AES", "ciphertext": "", "nonce": "", "original_type": "transaction"}),
    ],
    ids=unnamed,
)
def test_a_notification_that_is_signed_but_not_as_documented(body: bytes) -> None:
    headers = signed(body) if body != b"\xff" else _signed_by_hand(body)
    with pytest.raises(Permanent) as caught:
        provider().read_notification(headers, body)
    assert not re.search(rf"{TRANSACTION}|{NUMBER}|{MERCHANT}", str(caught.value))


def _signed_by_hand(body: bytes) -> dict[str, str]:
    headers = signed(b"")
    text = f"{headers['wechatpay-timestamp']}\n{NONCE}\n".encode() + body + b"\n"
    return {**headers, "wechatpay-signature": private("wechat").sign(text)}


def test_what_is_answered() -> None:
    assert (provider().accepted().status, provider().accepted().body) == (204, b"")
    assert provider().refused().status == 500
    assert json.loads(provider().refused().body) == {"code": "FAIL", "message": "FAIL"}


async def test_the_connections_are_closed() -> None:
    pay = provider(Network())
    await pay.close_connections()
    with pytest.raises(RuntimeError, match="closed"):
        await pay.query_refund(refund_request())
