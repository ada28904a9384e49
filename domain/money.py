"""Money: whole fen inside, yuan with two places outside. See docs/reference/money.md."""

import re
from decimal import Decimal

from domain.refusals import InvalidInput

MOST_DIGITS = 18
LARGEST = 100_000_000_000
"""A billion yuan, in fen: more than any bill, so that sums of many stay far from what the database holds."""
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def read_decimal(text: str) -> Decimal:
    """A plain decimal number: digits and a point, no exponent, no blanks, at most 18 digits. Raises ValueError."""
    if len(text) > MOST_DIGITS + len("-.") or not _DECIMAL.fullmatch(text) or sum(map(str.isdigit, text)) > MOST_DIGITS:
        raise ValueError("A Decimal is a plain number in quotes with at most 18 digits.")
    return Decimal(text)


def fen(amount: Decimal | str, *field: str) -> int:
    """An amount in yuan as fen. Raises InvalidInput for a fraction of a fen, less than nothing, and more than a billion."""
    try:
        whole, parts = (read_decimal(amount) if isinstance(amount, str) else amount).as_integer_ratio()
    except ValueError:
        raise InvalidInput(*field) from None
    fen, rest = divmod(whole * 100, parts)
    if rest or not 0 <= fen <= LARGEST:
        raise InvalidInput(*field)
    return fen


def yuan(fen: int) -> str:
    """12850 → "128.50"."""
    whole, parts = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{parts:02}"


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """What so many of something come to, in fen: rounded half up, each line by itself. Neither is negative."""
    whole, parts = quantity.as_integer_ratio()
    return (2 * whole * unit_price + parts) // (2 * parts)
