"""What UnionPay tells by itself, and its statement."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import StatementLineKind
from outside.errors import Permanent
from outside.payments import Notification, OrderState, RefundState, State, StatementLine, WrongSignature
from outside.payments.exchange import Exchange
from outside.payments.keys import PublicKeys
from outside.payments.unionpay.wire import Wire
from tests.outside.payments.support import NUMBER, REFUND_NUMBER, Network, pair, private, raised, unnamed
from tests.outside.payments.unionpay_documented import CERTIFICATE, DOCUMENTED
from tests.outside.payments.unionpay_side import (
    BASE,
    MERCHANT,
    PAID,
    QUERY_ID,
    REFUND_QUERY_ID,
    REFUNDED,
    answer,
    fields_of,
    file_content,
    line,
    provider,
    refusal,
    told,
)

DAY = date(2026, 11, 24)
PAID_AT = datetime(2026, 11, 24, 2, 31, 7, tzinfo=UTC)


def test_a_payment_is_told() -> None:
    expected = OrderState(NUMBER, State.SUCCEEDED, 12850, QUERY_ID, PAID_AT)
    assert provider().read_notification({}, told(PAID)) == Notification(f"{QUERY_ID}:00", expected)


def test_a_payment_that_failed_is_told() -> None:
    found = provider().read_notification({}, told({**PAID, "respCode": "61"}))
    assert found == Notification(f"{QUERY_ID}:61", OrderState(NUMBER, State.FAILED, failure="61"))


def test_a_refund_is_told() -> None:
    at = datetime(2026, 11, 24, 3, 40, tzinfo=UTC)
    expected = RefundState(REFUND_NUMBER, NUMBER, State.SUCCEEDED, 5000, REFUND_QUERY_ID, at)
    assert provider().read_notification({}, told(REFUNDED)) == Notification(f"{REFUND_QUERY_ID}:00", expected)


async def test_a_documented_notification_is_signed_rightly() -> None:
    exchange = Exchange(Network().transport)
    wire = Wire("1", private("us"), PublicKeys(CERTIFICATE), exchange)
    assert wire.read_notification(DOCUMENTED)["orderId"] == "20180110164727"
    with pytest.raises(WrongSignature):
        wire.read_notification(DOCUMENTED.replace(b"txnAmt=1", b"txnAmt=2"))
    # The certificate that comes with the message proves nothing by itself.
    with pytest.raises(WrongSignature):
        Wire("1", private("us"), PublicKeys(pair("unionpay").public), exchange).read_notification(DOCUMENTED)
    await exchange.close()


def test_one_of_several_keys_is_enough() -> None:
    keys = PublicKeys(CERTIFICATE + "\n" + pair("unionpay").public)
    assert Wire("1", private("us"), keys, Exchange(Network().transport)).read_notification(told(PAID))["orderId"] == NUMBER


BODY = told(PAID)


@given(at=st.integers(0, len(BODY) - 1), byte=st.integers(33, 126))
def test_any_changed_byte_is_refused(at: int, byte: int) -> None:
    changed = BODY[:at] + bytes([byte]) + BODY[at + 1 :]
    # A byte and its escape are the same text.
    if parse_qsl(changed.decode(), keep_blank_values=True) != parse_qsl(BODY.decode(), keep_blank_values=True):
        with pytest.raises(WrongSignature):
            provider().read_notification({}, changed)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"a", b"respCode=00", told(PAID, key="somebody"), BODY + b"&txnAmt=1", BODY + b"&txnAmt=12850"],
    ids=unnamed,
)
def test_what_unionpay_did_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(WrongSignature):
        provider().read_notification({}, body)


@pytest.mark.parametrize(
    "fields",
    [
        {**PAID, "merId": "777290058110049"},
        {**PAID, "txnType": "31"},
        {**PAID, "txnAmt": "1.5"},
        {**PAID, "queryId": ""},
        {**PAID, "queryId": "1" * 130},
        {**PAID, "traceTime": ""},
        {**REFUNDED, "reqReserved": ""},
    ],
)
def test_a_notification_that_is_signed_but_not_as_documented(fields: dict[str, str]) -> None:
    with pytest.raises(Permanent) as caught:
        provider().read_notification({}, told(fields))
    assert NUMBER not in str(caught.value)


def test_what_is_answered() -> None:
    assert (provider().accepted().status, provider().accepted().body) == (200, b"ok")
    assert provider().refused().status == 500


async def read(content: str, day: date = DAY) -> list[StatementLine] | None:
    fields = {**BASE, "respCode": "00", "respMsg": "成功", "fileName": f"{MERCHANT}_20261124.zip", "fileContent": content}
    network = Network([answer(fields)])
    found = await provider(network).statement(day)
    (asked,) = network.asked
    sent = fields_of(asked)
    assert str(asked.url) == "https://files.unionpay.test/"
    assert (sent["txnType"], sent["fileType"], sent["settleDate"]) == ("76", "00", day.strftime("%m%d"))
    return found


async def test_a_statement() -> None:
    content = file_content(line(NUMBER, QUERY_ID, 12850), line(REFUND_NUMBER, REFUND_QUERY_ID, 5000, "04", "1123234500"))
    assert await read(content) == [
        StatementLine(StatementLineKind.PAYMENT, QUERY_ID, NUMBER, 12850, State.SUCCEEDED, PAID_AT),
        StatementLine(
            StatementLineKind.REFUND,
            REFUND_QUERY_ID,
            REFUND_NUMBER,
            5000,
            State.SUCCEEDED,
            datetime(2026, 11, 23, 15, 45, tzinfo=UTC),
        ),
    ]


async def test_a_statement_of_new_year_has_lines_of_the_old_one() -> None:
    found = await read(file_content(line(NUMBER, QUERY_ID, 1, at="1231233000")), date(2027, 1, 1))
    assert found is not None
    assert found[0].at == datetime(2026, 12, 31, 15, 30, tzinfo=UTC)


async def test_thousands_of_lines() -> None:
    found = await read(file_content(*(line(f"{at:032}", f"{at:021}", at) for at in range(1, 5001))))
    assert found is not None
    assert [(line.number, line.provider_reference, line.amount) for line in found] == [
        (f"{at:032}", f"{at:021}", at) for at in range(1, 5001)
    ]


async def test_a_day_without_lines_and_a_line_without_a_number() -> None:
    assert await read(file_content()) == []
    found = await read(file_content(line("", QUERY_ID, 1)))
    assert found is not None
    assert found[0].number is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "?",
        "QUJD",
        file_content(line(NUMBER, QUERY_ID, 1))[:-400],
        file_content(line(NUMBER, QUERY_ID, 1), name="INN26112488ZMX"),
        file_content(line(NUMBER, "", 1)),
        file_content(line(NUMBER, QUERY_ID, 1, "31")),
        file_content(line(NUMBER, QUERY_ID, 1, at="1324103107")),
        file_content(line(NUMBER, QUERY_ID, 1, _7="00000000-001")),
        file_content(line(NUMBER, QUERY_ID, 1)[3:]),
        file_content(line(NUMBER, QUERY_ID, 1)[:60]),
    ],
    ids=unnamed,
)
async def test_a_statement_that_cannot_be_read_is_none(content: str) -> None:
    assert await raised(Permanent, read(content)) == "It is not as it must be."


async def test_a_statement_that_is_not_there_or_is_refused() -> None:
    assert await provider(Network([refusal("98")])).statement(DAY) is None
    assert await raised(Permanent, provider(Network([refusal("31")])).statement(DAY)) == "UnionPay refuses: 31."
