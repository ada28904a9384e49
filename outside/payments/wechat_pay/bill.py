"""WeChat Pay's trade bill: a head, a line for each payment and refund whose fields begin with a backtick, and a sum."""

from collections.abc import Iterator, Mapping

from domain.enums import StatementLineKind
from outside.payments import State, StatementLine
from outside.payments.formats import from_yuan, local_time

_REFUND_STATES = {
    "SUCCESS": State.SUCCEEDED,
    "PROCESSING": State.PENDING,
    "FAIL": State.FAILED,
    "CHANGE": State.FAILED,
    "ABNORMAL": State.FAILED,
    "CLOSED": State.FAILED,
}
_SUM = "总交易单数"


def read_bill(content: bytes) -> list[StatementLine]:
    """Raises ValueError for what is no such bill; a line that cannot be read makes it none, rather than a difference."""
    lines = [line.rstrip("\r") for line in content.decode("utf-8-sig").split("\n")]
    head = lines[0].split(",")
    if "微信订单号" not in head:
        raise ValueError("head")
    return [_line(dict(zip(head, fields, strict=False))) for fields in _rows(lines[1:], len(head))]


def _rows(lines: list[str], columns: int) -> Iterator[list[str]]:
    for line in lines:
        if line.startswith(_SUM):
            return
        # A name of goods may hold a comma, so only a comma with a backtick behind it divides.
        fields = line.removeprefix("`").split(",`")
        if not line.startswith("`") or len(fields) != columns:
            raise ValueError("line")
        yield [field.strip() for field in fields]
    raise ValueError("end")


def _line(row: Mapping[str, str]) -> StatementLine:
    at = local_time(row["交易时间"])
    match row["交易状态"]:
        case "SUCCESS":
            amount = from_yuan(row.get("订单金额") or row["总金额"])
            return StatementLine(
                StatementLineKind.PAYMENT, row["微信订单号"], row["商户订单号"] or None, amount, State.SUCCEEDED, at
            )
        case "REFUND" | "REVOKED":
            amount = from_yuan(row.get("申请退款金额") or row["退款金额"])
            state = _REFUND_STATES[row["退款状态"]]
            return StatementLine(StatementLineKind.REFUND, row["微信退款单号"], row["商户退款单号"] or None, amount, state, at)
    raise ValueError("state")
