"""Kits of other people as judges: what they ask is understood, what is answered and told they believe. Over real sockets."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from alipay import AliPay
from starlette.applications import Starlette
from wechatpayv3 import WeChatPay, WeChatPayType

from ecard.simulators.books import Kind, Notice
from ecard.simulators.provider import Outgoing
from ecard.simulators.simulator import Simulator
from tests.ecard.simulators.merchants import number
from tests.support.serving import serving
from tests.support.simulators import Simulators


@pytest.fixture
async def simulators(tmp_path: Path) -> AsyncIterator[Simulators]:
    """With the time that the kits have."""
    found = Simulators(tmp_path, clock=lambda: datetime.now(UTC), random=random.Random(1).randbytes)
    yield found
    await found.close()


def told(simulator: Simulator, kind: Kind, about: str) -> Outgoing:
    message = simulator.provider.notification(Notice(1, "id", kind, about, "http://platform.test/", None, 0))
    assert message is not None
    return message


def wechat_kit(simulators: Simulators) -> WeChatPay:
    own = {name.removeprefix("ECARD_WECHAT_PAY_"): value for name, value in simulators.environment().items()}
    return WeChatPay(
        WeChatPayType.NATIVE,
        own["MERCHANT_ID"],
        own["PRIVATE_KEY"],
        own["KEY_SERIAL"],
        own["APP_ID"],
        own["API_KEY"],
        notify_url="http://platform.test/",
        public_key=own["PROVIDER_KEY"],
        public_key_id=own["PROVIDER_KEY_SERIAL"],
    )


async def test_wechat_pay(simulators: Simulators) -> None:
    kit = wechat_kit(simulators)
    expires = "2099-01-01T00:00:00+08:00"
    # The kit signs the path as if nothing stood before it.
    async with serving(Starlette(routes=simulators["wechat-pay"].mount.routes)) as port:
        kit._core._gate_way = f"http://127.0.0.1:{port}"

        async def ask(call: Any, **given: Any) -> Any:
            status, text = await asyncio.to_thread(call, **given)
            return status, json.loads(text) if text else None

        status, made = await ask(kit.pay, description="挂号", out_trade_no=number(1), amount={"total": 500}, time_expire=expires)
        assert status == 400  # the kit leaves the currency to us
        amount = {"total": 500, "currency": "CNY"}
        status, made = await ask(kit.pay, description="挂号", out_trade_no=number(1), amount=amount, time_expire=expires)
        assert status == 200
        await simulators.pay("wechat-pay", made["code_url"])
        _, found = await ask(kit.query, out_trade_no=number(1))
        assert (found["trade_state"], found["amount"]["total"]) == ("SUCCESS", 500)
        back = {"refund": 200, "total": 500, "currency": "CNY"}
        _, refund = await ask(
            kit.refund, out_trade_no=number(1), out_refund_no=number(2), amount=back, notify_url="http://platform.test/"
        )
        assert refund["status"] == "SUCCESS"
        status, bill = await ask(kit.trade_bill, bill_date=found["success_time"][:10], bill_type="ALL")
        assert (status, bill["hash_type"]) == (200, "SHA1")
    for kind, index in ((Kind.PAYMENT, 1), (Kind.REFUND, 2)):
        message = told(simulators["wechat-pay"], kind, number(index))
        believed = kit.callback(dict(message.headers), message.body)
        assert believed
        assert believed["resource"]["out_trade_no"] == number(1)


async def test_alipay(simulators: Simulators) -> None:
    own = {name.removeprefix("ECARD_ALIPAY_"): value for name, value in simulators.environment().items()}
    keys = {"app_private_key_string": own["PRIVATE_KEY"], "alipay_public_key_string": own["PROVIDER_KEY"]}
    kit = AliPay(appid=own["APP_ID"], app_notify_url="http://platform.test/", **keys)
    async with serving(Starlette(routes=[simulators["alipay"].mount])) as port:
        kit._gateway = f"http://127.0.0.1:{port}/alipay/gateway.do"

        async def ask(call: Any, **given: Any) -> Any:
            return await asyncio.to_thread(call, **given)

        made = await ask(kit.api_alipay_trade_precreate, subject="挂号", out_trade_no=number(1), total_amount="5.00")
        await simulators.pay("alipay", made["qr_code"])
        found = await ask(kit.api_alipay_trade_query, out_trade_no=number(1))
        assert (found["trade_status"], found["total_amount"]) == ("TRADE_SUCCESS", "5.00")
        back = {"out_trade_no": number(1), "refund_amount": "2.00", "out_request_no": number(2)}
        assert (await ask(kit.api_alipay_trade_refund, **back))["refund_fee"] == "2.00"
    for kind, index in ((Kind.PAYMENT, 1), (Kind.REFUND, 2)):
        fields = dict(parse_qsl(told(simulators["alipay"], kind, number(index)).body.decode()))
        assert kit.verify({name: value for name, value in fields.items() if name != "sign"}, fields["sign"])
