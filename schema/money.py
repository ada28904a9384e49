"""Money: an object made of a column of fen."""

from typing import Any

from plans.mapping import Rule, ScopeSets
from schema.base import embedded, field, stored
from schema.scalars import Decimal


@stored(rule=Rule({}), embedded={"amount": "({c} * 0.01)::text", "currency": "'CNY'"})
class Money:
    """An amount of money."""

    amount: Decimal = field("Yuan with two places: 128.50")
    currency: str = field("CNY.")


def money(description: str, column: str, scopes: ScopeSets = ()) -> Any:
    """A `Money` of the view's column, which holds fen as bigint; null where the column is."""
    return embedded(description, column, scopes)
