"""UnionPay's statement: a zip, deflated and in base64, whose ZM file has a line of fixed width for each transaction."""

import re
import zlib
from base64 import b64decode
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from zipfile import BadZipFile, ZipFile

from domain.enums import StatementLineKind
from outside.payments import State, StatementLine
from outside.payments.formats import from_fen
from outside.payments.unionpay.read import PAYMENT, REFUND, yearless

_NAME = re.compile(r"(?:.*/)?INN[0-9]{8}ZM_[0-9A-Za-z]+")
# The widths of the fields, in bytes of GBK, with one blank between each two: "File interface", general transactions of a merchant.
_WIDTHS = (3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2)
_STARTS = tuple(start - width - 1 for start, width in zip(accumulate(width + 1 for width in _WIDTHS), _WIDTHS, strict=True))
TIME, AMOUNT, REFERENCE, NUMBER, TYPE = 5, 7, 10, 12, 20  # counted from one, as the document does
_KINDS = {PAYMENT: StatementLineKind.PAYMENT, REFUND: StatementLineKind.REFUND}
LARGEST = 512 * 1024 * 1024  # bytes, unpacked


def read_statement(content: str, near: datetime) -> list[StatementLine]:
    """`content`: fileContent; `near`: a moment of the day, since lines have no year. Raises ValueError for what is no such
    file; a line that cannot be read makes it none, rather than a difference."""
    return [_line(line, near) for line in _details(content).split(b"\n") if line.strip()]


def _details(content: str) -> bytes:
    try:
        inflating = zlib.decompressobj()
        packed = inflating.decompress(b64decode(content, validate=True), LARGEST)
        if not inflating.eof:
            raise ValueError("size")
        with ZipFile(BytesIO(packed)) as files:
            for entry in files.infolist():
                if _NAME.fullmatch(entry.filename):
                    if entry.file_size > LARGEST:
                        raise ValueError("size")
                    return files.read(entry)
    except (zlib.error, BadZipFile):
        raise ValueError("file") from None
    raise ValueError("details")


def _line(line: bytes, near: datetime) -> StatementLine:
    def field(at: int) -> str:
        start = _STARTS[at - 1]
        return line[start : start + _WIDTHS[at - 1]].decode("ascii").strip()

    kind, reference = _KINDS.get(field(TYPE)), field(REFERENCE)
    if kind is None or not reference:
        raise ValueError("line")
    amount, at = from_fen(field(AMOUNT)), yearless(field(TIME), near)
    return StatementLine(kind, reference, field(NUMBER) or None, amount, State.SUCCEEDED, at)
