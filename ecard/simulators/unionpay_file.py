"""UnionPay's file of a day: a zip with the ZM file, lines of fixed widths in GBK with a space between the fields."""

import io
import zipfile
from datetime import date, datetime

from ecard.simulators.books import Books, Order, State
from ecard.simulators.writing import local

FORM = "3 11 11 6 10 19 12 4 2 21 2 32 2 6 10 13 13 4 15 2 2 6 2 4 32 1 21 15 1 15 32 13 13 8 32 13 13 12 2 1 131"
WIDTHS = tuple(int(width) for width in FORM.split())
# Positions of the fields that are filled, from 1.
CODE, TRACE, TIME, ACCOUNT, AMOUNT, CATEGORY, TERMINAL, QUERY, ORDER = 1, 4, 5, 6, 7, 8, 9, 10, 12
FEE, SETTLED, KIND, SUBKIND, BUSINESS, ORIGINAL, MERCHANT = 16, 17, 20, 21, 22, 27, 28


def archive(books: Books, day: date, merchant_id: str) -> bytes:
    """What was paid and paid back on the day; on an empty day the file is empty."""
    lines = [_payment(order, merchant_id) for order in books.payments(day)]
    for refund in books.refunds(day):
        if refund.state is State.SUCCEEDED:
            at = refund.settled_at or refund.requested_at
            about = {CODE: "S30", KIND: "04", SUBKIND: "00", ORIGINAL: refund.details["origQryId"]}
            lines.append(_line(refund.number, refund.reference, refund.amount, at, merchant_id, "D", about))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"INN{day:%y%m%d}88ZM_{merchant_id}", "".join(f"{line}\r\n" for line in lines).encode("gbk"))
    return out.getvalue()


def _payment(order: Order, merchant_id: str) -> str:
    about = {CODE: "S22", KIND: "01", SUBKIND: "07" if order.flow == "qr" else "01"}
    return _line(order.number, order.reference or "", order.amount, order.paid_at or order.created_at, merchant_id, "C", about)


def _line(number: str, reference: str, amount: int, at: datetime, merchant_id: str, sign: str, about: dict[int, str]) -> str:
    fields = {
        TRACE: local(at, "%H%M%S"),
        TIME: local(at, "%m%d%H%M%S"),
        ACCOUNT: "6216***********0018",
        AMOUNT: f"{amount:012}",
        CATEGORY: "8062",
        TERMINAL: "08",
        QUERY: reference,
        ORDER: number,
        FEE: f"{sign}{0:012}",
        SETTLED: f"{sign}{amount:012}",
        BUSINESS: "000000",
        MERCHANT: merchant_id,
        **about,
    }
    return " ".join(fields.get(position, "").ljust(width) for position, width in enumerate(WIDTHS, 1))
