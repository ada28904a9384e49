"""The pieces a statement is put together from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

from plans.values import Values

# Under which the executor finds the type of an interface's object; no client can write it.
TYPE_KEY = "@type"

Size: TypeAlias = int | Callable[[Values], int]


@dataclass(frozen=True, slots=True)
class Context:
    """Whose rows are being read: SQL of the resident's id, and whether it is surely the viewer's own. `through`: SQL of the key of
    the passage (`TypeMapping.passage`) of this resident that the path came through last."""

    owner: str | None = None
    own: bool = False
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A JSON expression, and SQL of the other residents' ids that it reads: a text with commas, or None where there are none. The
    id of a passage's resident has the passage's key behind it, after a colon."""

    json: str
    residents: str | None = None


@dataclass(slots=True)
class Block:
    """One `from` with what is joined to it and what must hold."""

    source: str
    joins: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)

    def tail(self) -> str:
        """The SQL behind the select list."""
        condition = f" where {' and '.join(self.where)}" if self.where else ""
        return f"from {self.source}{''.join(self.joins)}{condition}"


class Names:
    """Aliases: one letter and a number, so that equal documents give equal statements."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return f"t{self._count}"


def literal(text: str) -> str:
    """An SQL string literal; GraphQL names and our own constants only, so quotes are the whole danger."""
    return "'" + text.replace("'", "''") + "'"


def json_object(pairs: list[tuple[str, str]]) -> str:
    """`json_object` takes any number of pairs; `json_build_object` stops at 50."""
    if not pairs:
        return "'{}'::json"
    inner = ", ".join(f"{literal(key)} value {value}" for key, value in pairs)
    return f"json_object({inner} null on null returning json)"


def guarded(expression: str, condition: str | None) -> str:
    """The expression, null where the condition does not hold."""
    return f"case when {condition} then {expression} end" if condition else expression


def joined(residents: list[str]) -> str | None:
    """The ids of several pieces as one text."""
    if not residents:
        return None
    return residents[0] if len(residents) == 1 else f"concat_ws(',', {', '.join(residents)})"


def select(piece: Piece, tail: str) -> Piece:
    """A sub-select with the column `j` and, where there are ids to hand up, `r`."""
    beside = f", {piece.residents} as r" if piece.residents else ""
    return Piece(f"select {piece.json} as j{beside} {tail}".rstrip(), piece.residents)


def listed(piece: Piece, tail: str, order: str = "") -> Piece:
    """All rows as one JSON list. `order` where the rows do not come in theirs."""
    residents = f"string_agg({piece.residents}, ',')" if piece.residents else None
    return select(Piece(f"coalesce(json_agg({piece.json}{order}), '[]'::json)", residents), tail)


@dataclass(slots=True)
class Cost:
    """What an operation may cost: one for each object, times the sizes of the pages it stands in. Mostly these are numbers, and the
    whole is known before any request is."""

    fixed: int = 0
    varying: list[tuple[Size, ...]] = field(default_factory=list)

    def add(self, *sizes: Size) -> None:
        """What stands in pages of these sizes."""
        numbers = [size for size in sizes if isinstance(size, int)]
        if len(numbers) == len(sizes):
            self.fixed += prod(numbers)
        else:
            self.varying.append(sizes)

    def of(self, values: Values) -> int:
        return self.fixed + sum([prod(size(values) if callable(size) else size for size in term) for term in self.varying])
