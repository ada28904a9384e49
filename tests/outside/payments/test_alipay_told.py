"""What Alipay tells by itself, and its bill; the kit `python-alipay-sdk` judges signatures independently."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from urllib.parse import parse_qsl, urlencode
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import StatementLineKind
from outside.errors import Permanent, Transient
from outside.payments import Notification, OrderState, RefundState, State, StatementLine, WrongSignature
from tests.outside.payments.alipay_side import APP, REFUND_TOLD, TOLD, TRADE, answer, kit, provider, refusal, told
from tests.outside.payments.support import NOW, NUMBER, REFUND_NUMBER, Network, plain, raised, unnamed


def test_a_payment_is_told() -> None:
    at = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)
    body = told(TOLD)
    found = provider().read_notification({}, body)
    assert found == Notification(TOLD["notify_id"], OrderState(NUMBER, State.SUCCEEDED, 12850, TRADE, at))
    fields = dict(parse_qsl(body.decode()))
    assert kit("us", "alipay").verify({name: fields[name] for name in fields if name != "sign"}, fields["sign"])


def test_a_refund_is_told_without_its_own_amount() -> None:
    about = provider().read_notification({}, told(REFUND_TOLD)).about
    assert isinstance(about, RefundState)
    assert (about.number, about.order_number, about.state, about.amount) == (REFUND_NUMBER, NUMBER, State.SUCCEEDED, None)
    assert about.provider_reference == f"{TRADE}:{REFUND_NUMBER}"
    assert about.refunded_at == datetime(2026, 11, 24, 3, 40, tzinfo=UTC)


BODY = told(TOLD)


@given(at=st.integers(0, len(BODY) - 1), byte=st.integers(33, 126))
def test_any_changed_byte_is_refused(at: int, byte: int) -> None:
    changed = BODY[:at] + bytes([byte]) + BODY[at + 1 :]
    # A byte and its escape are the same text.
    if parse_qsl(changed.decode(), keep_blank_values=True) != parse_qsl(BODY.decode(), keep_blank_values=True):
        with pytest.raises(WrongSignature):
            provider().read_notification({}, changed)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"a",
        b"a=b",
        told(TOLD, key="somebody"),
        BODY + b"&total_amount=999.00",
        BODY + b"&total_amount=128.50",
        BODY.replace(b"sign_type=RSA2", b"sign_type=RSA"),
        BODY.replace(b"&sign_type=RSA2", b""),
        urlencode({**TOLD, "sign": "", "sign_type": "RSA2"}).encode(),
    ],
    ids=unnamed,
)
def test_what_alipay_did_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(WrongSignature):
        provider().read_notification({}, body)


@pytest.mark.parametrize(
    "fields",
    [
        {**TOLD, "app_id": "2021000117604730"},
        {**TOLD, "notify_id": ""},
        {**TOLD, "notify_id": "x" * 129},
        {**TOLD, "trade_status": "NEW"},
        {**TOLD, "total_amount": "-"},
        {**TOLD, "gmt_payment": "soon"},
        {**REFUND_TOLD, "gmt_refund": "soon"},
    ],
)
def test_a_notification_that_is_signed_but_not_as_documented(fields: dict[str, str]) -> None:
    with pytest.raises(Permanent) as caught:
        provider().read_notification({}, told(fields))
    assert NUMBER not in str(caught.value)
    assert APP not in str(caught.value)


def test_what_is_answered() -> None:
    assert (provider().accepted().status, provider().accepted().body) == (200, b"success")
    assert (provider().refused().status, provider().refused().body) == (500, b"failure")


HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,"
    "集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
DAY = date(2026, 11, 24)


def row(number: str, kind: str = "交易", amount: str = "128.50", refund: str = "", at: str = "2026-11-24 10:31:07") -> str:
    out = StringIO()
    values = [f"{TRADE}\t", f"{number}\t", f"{kind}\t", "挂号费, 门诊", "2026-11-24 10:30:00", at, "\t", "\t", "\t", "\t"]
    values += ["某*(150***@qq.com)\t", amount, amount, *["0.00"] * 5, "", "0.00\t", "0.00", f"{refund}\t", "0.00", "0.00", ""]
    csv.writer(out, lineterminator="").writerow(values)
    return out.getvalue()


def packed(*rows: str, head: str = HEAD, title: str = "#支付宝业务明细查询") -> bytes:
    lines = [
        title,
        "#账号：[20880211096256330156]",
        "#起始日期：[2026年11月24日 00:00:00]   终止日期：[2026年11月25日 00:00:00]",
        "#-----------------------------------------业务明细列表----------------------------------------",
        head,
        *rows,
        "#-----------------------------------------业务明细列表结束------------------------------------",
        "#交易合计：2笔，商家实收共128.50元，商家优惠共0.00元",
    ]
    out = BytesIO()
    with ZipFile(out, "w") as files:
        files.writestr("2088_20261124_业务明细(汇总).csv", "#支付宝业务汇总查询\r\n支付宝交易号,无\r\n".encode("gbk"))
        files.writestr("2088_20261124_业务明细.csv", "\r\n".join(lines).encode("gbk"))
    return out.getvalue()


async def read(content: bytes) -> list[StatementLine] | None:
    where = {"code": "10000", "bill_download_url": "https://dwbillcenter.alipay.test/downloadBillFile.resource?x=1"}
    network = Network([answer("alipay_data_dataservice_bill_downloadurl_query", where), plain(200, content)])
    found = await provider(network).statement(DAY)
    assert "authorization" not in network.asked[1].headers
    return found


async def test_a_bill() -> None:
    found = await read(packed(row(NUMBER), row(NUMBER, "退款", "-50.00", REFUND_NUMBER, "2026-11-24 23:59:59")))
    at = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)
    later = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
    assert found == [
        StatementLine(StatementLineKind.PAYMENT, TRADE, NUMBER, 12850, State.SUCCEEDED, at),
        StatementLine(StatementLineKind.REFUND, f"{TRADE}:{REFUND_NUMBER}", REFUND_NUMBER, 5000, State.SUCCEEDED, later),
    ]


async def test_thousands_of_lines() -> None:
    found = await read(packed(*(row(f"N{at}", amount=f"{at}.{at % 100:02}") for at in range(5000))))
    assert found is not None
    assert [(line.number, line.amount) for line in found] == [(f"N{at}", at * 100 + at % 100) for at in range(5000)]


async def test_a_day_without_lines() -> None:
    assert await read(packed()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        packed(title="#别的"),
        packed(head="a,b"),
        packed(row(NUMBER) + ",x"),
        packed(row(NUMBER, "转账")),
        packed(row(NUMBER, "退款", refund="")),
        packed(row(NUMBER, amount="128.505")),
        packed(row(NUMBER, at="2026-11-24")),
    ],
    ids=unnamed,
)
async def test_a_bill_that_cannot_be_read_is_none(content: bytes) -> None:
    assert await raised(Permanent, read(content)) == "It is not as it must be."


async def test_a_bill_that_is_not_made_yet() -> None:
    name = "alipay_data_dataservice_bill_downloadurl_query"
    assert await provider(Network([refusal(name, "isp.bill_not_exist")])).statement(DAY) is None
    assert await provider(Network([refusal(name, "isp.bill_not_exist")])).statement(NOW.date() - timedelta(days=1)) == []
    good = answer(name, {"code": "10000", "bill_download_url": "https://dwbillcenter.alipay.test/x"})
    assert await raised(Transient, provider(Network([good, plain(403)])).statement(DAY)) == "The answer was 403."
