"""WeChat Pay's trade bill."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha1

import pytest

from domain.enums import StatementLineKind
from outside.errors import Permanent, Transient
from outside.payments import State, StatementLine
from outside.payments.wechat_pay import WeChatPay
from tests.outside.payments.support import NOW, Answering, Network, plain, raised, unnamed
from tests.outside.payments.wechat_side import answer, config, refusal

DAY = date(2021, 1, 28)
HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
# As the documentation has them, but for the names of goods.
PAYMENT = (
    "`2021-01-28 17:07:11,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000925202101284997714292,`S20210128170702357723,"
    "`ofyak5qR_1wYsC99CsWA6R9MJazA,`NATIVE,`SUCCESS,`OTHERS,`CNY,`0.01,`0.00,`0,`0,`0.00,`0.00,`,`,`挂号费, 门诊,`,`0.00000,"
    "`1.00%,`128.50,`0.00,`"
)
REFUND = (
    "`2021-01-28 23:59:59,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000925202101284997714292,`S20210128170702357723,"
    "`ofyak5qR_1wYsC99CsWA6R9MJazA,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300806542021012805289590001,`R1,`49.00,`1.00,"
    "`ORIGINAL,`{state},`挂号费,`,`-0.00000,`1.00%,`0.00,`50.00,`"
)
SUM = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n"
    + "`2,`128.50,`50.00,`0.00,`0.00000,`128.50,`50.00\r\n"
)


def bill(*lines: str, head: str = HEAD, end: str = SUM) -> bytes:
    return "\r\n".join([head, *lines, end]).encode("utf-8-sig")


def answers(content: bytes, digest: str | None = None) -> list[Answering | Exception]:
    where = {
        "hash_type": "SHA1",
        "hash_value": digest or sha1(content, usedforsecurity=False).hexdigest(),
        "download_url": "https://api.wechat.test/v3/billdownload/file?token=6XIv5DUPto7pByrTQKhd6kwvyKLG2uY2wMMR8",
    }
    return [answer(200, where), plain(200, content)]


async def read(content: bytes) -> list[StatementLine] | None:
    return await WeChatPay(config(Network(answers(content)))).statement(DAY)


async def test_a_bill() -> None:
    network = Network(answers(bill(PAYMENT, REFUND.format(state="SUCCESS"))))
    assert await WeChatPay(config(network)).statement(DAY) == [
        StatementLine(
            StatementLineKind.PAYMENT,
            "4200000925202101284997714292",
            "S20210128170702357723",
            12850,
            State.SUCCEEDED,
            datetime(2021, 1, 28, 9, 7, 11, tzinfo=UTC),
        ),
        StatementLine(
            StatementLineKind.REFUND,
            "50300806542021012805289590001",
            "R1",
            5000,
            State.SUCCEEDED,
            datetime(2021, 1, 28, 15, 59, 59, tzinfo=UTC),
        ),
    ]
    asked, download = network.asked
    assert str(asked.url) == "https://api.wechat.test/v3/bill/tradebill?bill_date=2021-01-28&bill_type=ALL"
    assert str(download.url).endswith("?token=6XIv5DUPto7pByrTQKhd6kwvyKLG2uY2wMMR8")
    assert download.headers["authorization"].startswith("WECHATPAY2-SHA256-RSA2048 ")


@pytest.mark.parametrize(
    ("told", "state"), [("PROCESSING", State.PENDING), ("FAIL", State.FAILED), ("CHANGE", State.FAILED), ("CLOSED", State.FAILED)]
)
async def test_the_states_of_refunds(told: str, state: State) -> None:
    lines = await read(bill(REFUND.format(state=told)))
    assert lines is not None
    assert [line.state for line in lines] == [state]


async def test_a_revoked_order_was_paid_back() -> None:
    lines = await read(bill(REFUND.format(state="SUCCESS").replace("`REFUND", "`REVOKED")))
    assert lines is not None
    assert lines[0].kind is StatementLineKind.REFUND


async def test_thousands_of_lines() -> None:
    rows = [PAYMENT.replace("S20210128170702357723", f"N{at}").replace("128.50", f"{at}.{at % 100:02}") for at in range(5000)]
    lines = await read(bill(*rows))
    assert lines is not None
    assert [line.number for line in lines] == [f"N{at}" for at in range(5000)]
    assert [line.amount for line in lines] == [at * 100 + at % 100 for at in range(5000)]


async def test_a_day_without_lines() -> None:
    assert await read(bill()) == []


async def test_the_older_head() -> None:
    head = HEAD.replace(",订单金额,申请退款金额,费率备注", "").replace("应结订单金额", "总金额")
    row = ",`".join(PAYMENT.split(",`")[:24]).replace("`0.01", "`3.20")
    lines = await read(bill(row, head=head))
    assert lines is not None
    assert lines[0].amount == 320


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        bill(PAYMENT, head="a,b"),
        bill(PAYMENT.rsplit(",`", 1)[0]),
        bill(PAYMENT.removeprefix("`")),
        bill(PAYMENT.replace("`SUCCESS", "`PERHAPS")),
        bill(PAYMENT.replace("128.50", "128.505")),
        bill(PAYMENT.replace("17:07:11", "25:07:11")),
        bill(REFUND.format(state="WHO KNOWS")),
        bill(PAYMENT, end=""),
    ],
    ids=unnamed,
)
async def test_a_bill_that_cannot_be_read_is_none(content: bytes) -> None:
    assert await raised(Permanent, read(content)) == "It is not as it must be."


async def test_a_bill_that_did_not_arrive_whole() -> None:
    network = Network(answers(bill(PAYMENT), "0" * 40))
    assert await raised(Transient, WeChatPay(config(network)).statement(DAY)) == "The bill did not arrive whole."
    network = Network([*answers(b"")[:1], plain(404)])
    assert await raised(Transient, WeChatPay(config(network)).statement(DAY)) == "The answer was 404."


async def test_a_bill_that_is_not_made_yet() -> None:
    assert await WeChatPay(config(Network([refusal(400, "STATEMENT_CREATING")]))).statement(DAY) is None
    # NOW is 10:30 in Shanghai: yesterday's bill would be there, today's cannot be.
    today = NOW.date()
    assert await WeChatPay(config(Network([refusal(400, "NO_STATEMENT_EXIST")]))).statement(today) is None
    yesterday = today - timedelta(days=1)
    assert await WeChatPay(config(Network([refusal(400, "NO_STATEMENT_EXIST")]))).statement(yesterday) == []


async def test_a_bill_that_is_refused() -> None:
    text = await raised(Permanent, WeChatPay(config(Network([refusal(403, "NO_AUTH")]))).statement(DAY))
    assert text == "WeChat Pay refuses: NO_AUTH."
