"""Alipay's trade bill: a zip with CSV files in GBK, of which one has the payments and refunds."""

import csv
from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from domain.enums import StatementLineKind
from outside.payments import State, StatementLine
from outside.payments.alipay.read import refund_reference
from outside.payments.formats import from_yuan, local_time

_TITLE = "#支付宝业务明细查询"
_KEY = "支付宝交易号"
LARGEST = 512 * 1024 * 1024  # bytes, unpacked


def read_bill(content: bytes) -> list[StatementLine]:
    """Raises ValueError for what is no such bill; a line that cannot be read makes it none, rather than a difference."""
    rows = list(csv.reader(_details(content).splitlines()))
    heads = [at for at, row in enumerate(rows) if row and row[0].strip() == _KEY]
    if len(heads) != 1:
        raise ValueError("head")
    head = [name.strip() for name in rows[heads[0]]]
    lines = [row for row in rows[heads[0] + 1 :] if row and not row[0].startswith("#")]
    if any(len(row) != len(head) for row in lines):
        raise ValueError("line")
    return [_line({name: value.strip() for name, value in zip(head, row, strict=True)}) for row in lines]


def _details(content: bytes) -> str:
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
                raise ValueError("size")
            for entry in packed.infolist():
                text = packed.read(entry).decode("gb18030").lstrip("\ufeff")
                if text.split("\n", 1)[0].split(",")[0].strip() == _TITLE:
                    return text
    except BadZipFile:
        raise ValueError("zip") from None
    raise ValueError("details")


def _line(row: Mapping[str, str]) -> StatementLine:
    trade, at = row[_KEY], local_time(row["完成时间"])
    amount = abs(from_yuan(row["订单金额（元）"]))
    match row["业务类型"]:
        case "交易":
            number = row["商户订单号"] or None
            return StatementLine(StatementLineKind.PAYMENT, trade, number, amount, State.SUCCEEDED, at)
        case "退款":
            number = row.get("退款批次号/请求号") or row.get("退款批次号")
            if not number:
                raise ValueError("number")
            reference = refund_reference(trade, number)
            return StatementLine(StatementLineKind.REFUND, reference, number, amount, State.SUCCEEDED, at)
    raise ValueError("kind")
