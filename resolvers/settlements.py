"""A provider's statement of a day, as its payment app sends it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from db import apps, settlements
from db.statements import Row
from domain.enums import PaymentMethod, StatementLineKind
from domain.ids import Key
from domain.money import fen
from domain.payment_apps import METHOD_OF
from domain.refusals import Forbidden, InvalidInput
from domain.settlement import LONGEST_REFERENCE, MOST_LINES
from domain.times import shanghai_day
from domain.viewer import ViewerKind
from resolvers.audit import record
from resolvers.inputs import read_text
from resolvers.transaction import Made, Transaction


async def import_statement(tx: Transaction, *, method: PaymentMethod, date: date, lines: Sequence[Mapping[str, Any]]) -> Made:
    """Takes the lines for the provider's statement of the day, in the place of an earlier one, and compares it with our books. A
    day that is over is closed by that. Raises Forbidden for who does not carry the method, and InvalidInput."""
    app = None if tx.viewer.client_id is None else await apps.of_client(tx.connection, tx.viewer.client_id)
    if tx.viewer.kind is not ViewerKind.APP or app is None or METHOD_OF.get(app.kind) != method:
        raise Forbidden("method")
    if date > shanghai_day(tx.now):
        raise InvalidInput("date")
    if len(lines) > MOST_LINES:
        raise InvalidInput("lines")
    rows = [_read(line, index) for index, line in enumerate(lines)]
    id = await settlements.settle(tx.connection, tx.now, tx.random, method, date, rows)
    await record(tx, "statement.imported", id)
    return Made({"settlement": Key(id)})


def _read(line: Mapping[str, Any], index: int) -> Row:
    """Raises InvalidInput with the path to what is wrong."""
    path = ("lines", str(index))
    reference = read_text(line["provider_reference"], LONGEST_REFERENCE, *path, "provider_reference")
    amount = fen(line["amount"], *path, "amount")
    # Who sends it knows no number of ours, and may say so instead of the provider's.
    kind = StatementLineKind(line.get("kind") or StatementLineKind.PAYMENT)
    return Row(kind, reference, None, amount, line["status"], line["at"])
