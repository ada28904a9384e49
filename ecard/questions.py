"""Questions that were asked before in the same way: only the values and who asks are still to be put in.

Asked in the same way means: the same text and operation, by the same kind of viewer with the same scopes, and with plain values for
the same variables, null and Booleans being what they are, since they decide upon the plan.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ecard.transport.engine import GraphQLRequest
from ecard.variables import Variable, plain_values
from plans.cache import Cache
from plans.mapping import Request
from plans.plan import Plan
from plans.values import Values


class Question(NamedTuple):
    """A query that is known. `tail`: what follows the data in its answer."""

    text: str
    name: str | None
    plan: Plan
    variables: tuple[Variable, ...]
    tail: bytes


class Questions:
    """At most `limit` of them, of together at most so many characters of documents and SQL."""

    def __init__(self, limit: int, characters: int) -> None:
        self.cache: Cache[tuple[object, ...], Question] = Cache(
            limit, characters, lambda question: len(question.text) + len(question.plan.sql)
        )

    def find(self, request: GraphQLRequest, asker: Request) -> tuple[Question, list[Any]] | None:
        """The question and its plan's parameters; None where it must be looked at."""
        shape = _shape(request.variables)
        if shape is None:
            return None
        question = self.cache.get((request.query, request.operation_name, asker.kind, asker.scopes, shape))
        if question is None:
            return None
        values = plain_values(question.variables, request.variables or {})
        if values is None:
            return None
        asked = Values(values, asker)
        try:
            return question, [bind(asked) for bind in question.plan.binders]
        except Exception:
            # A page too large, no cursor: whoever looks at it tells what is wrong.
            return None

    def keep(self, request: GraphQLRequest, asker: Request, question: Question) -> None:
        """Remembers a question as it was asked, unless its values had to be looked at."""
        shape = _shape(request.variables)
        if shape is not None:
            self.cache.put((request.query, request.operation_name, asker.kind, asker.scopes, shape), question)


def _shape(variables: Mapping[str, Any] | None) -> tuple[object, ...] | None:
    """Which variables were sent; None where one is a list, an object or a number with a fraction."""
    shape: list[object] = []
    for name, value in (variables or {}).items():
        if type(value) is str or type(value) is int:
            shape += (name, "given")
        elif value is None or type(value) is bool:
            shape += (name, value)
        else:
            return None
    return tuple(shape)
