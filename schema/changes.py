"""How a mutation is written down: its input, its payload, the resolver that makes it so, and who may ask."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import strawberry

from plans.mapping import ScopeSets
from resolvers.transaction import Made
from schema.base import argument, field, provided
from schema.enums import ErrorCode
from schema.scalars import DateTime

T = TypeVar("T")
CHANGE = "change"
Resolve = Callable[..., Awaitable[Made]]
Before = Callable[..., Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Change:
    """`before` runs ahead of the transaction and its answers are handed to `resolve`; `scopes` of which one list must be had."""

    resolve: Resolve
    before: Before | None
    scopes: ScopeSets


@strawberry.type(description="Why a change was refused. A refusal is an answer, not an error.")
class UserError:
    code: ErrorCode = strawberry.field(description="For the program.")
    field: list[str] | None = strawberry.field(description="The path in the input that it is about.")
    message: str = strawberry.field(description="For the person, in the language of the request.")
    retry_at: DateTime | None = strawberry.field(description="When it is worth trying again.")


def payload(cls: type[T]) -> type[T]:
    """A mutation's answer: its fields, and why it was refused."""
    cls.__annotations__["user_errors"] = list[UserError]
    cls.user_errors = provided("Empty when it was done.", "user_errors")  # type: ignore[attr-defined]  # every payload's last field
    return strawberry.type(cls, description=inspect.getdoc(cls))


def change(resolve: Resolve, takes: type, description: str, *, scopes: ScopeSets = (), before: Before | None = None) -> Any:
    """A mutation: one input, one payload."""
    args = {"input": argument(takes, "What is asked for.", ...)}
    return field(description, None, args, scopes, None, **{CHANGE: Change(resolve, before, scopes)})
