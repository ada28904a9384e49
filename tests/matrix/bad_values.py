"""Inputs of which one value is bad: in each place of an input all that a client might write there by mistake or on purpose."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInputType, GraphQLList, GraphQLNonNull, GraphQLScalarType

# A half of a surrogate pair is none of them: neither JSON nor GraphQL lets it through.
_TEXTS = ("", " ", "\x00", "a\x00b", "😀", "\u202e\u2028", "字" * 30_000, "1\n2", "%s{}\\'\"")
_BAD: Mapping[str, tuple[Any, ...]] = {
    "String": _TEXTS,
    "ID": (*_TEXTS, "AAAA", "Ugs=", "A" * 24, "_" * 44),
    "Int": (0, -1, 2**31 - 1, -(2**31)),
    "Boolean": (True, False),
    "Decimal": ("0", "-0", "-1", "0.001", "0.00000000000000001", "0.5", "9" * 18, "-" + "9" * 18, "NaN", "1e99"),
    "Date": ("0001-01-01", "9999-12-31", "1900-02-28", "2026-02-30"),
    "DateTime": (
        *("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z"),
    ),
    "Time": ("00:00", "23:59", "24:00"),
}
_GOOD: Mapping[str, Any] = {
    "Int": 1,
    "Boolean": True,
    "Decimal": "1",
    "Date": "2026-11-24",
    "DateTime": "2026-11-24T00:00:00Z",
    "Time": "08:00",
}
_TOO_MANY = 1_200


def bad_values(type: GraphQLInputType, value: Any) -> Iterator[Any]:
    """The value with everything that may be wrong in one place of it. What is optional there is left out as well."""
    if not isinstance(type, GraphQLNonNull):
        yield None
    type = _inner(type)
    if isinstance(type, GraphQLList):
        one = value[0] if value else _good(type.of_type)
        yield from ([], [one, one], [one] * _TOO_MANY)
        yield from ([each] for each in bad_values(type.of_type, one))
    elif isinstance(type, GraphQLInputObjectType):
        whole = {**_good(type), **(value or {})}
        for name, field in type.fields.items():
            yield from ({**whole, name: each} for each in bad_values(field.type, whole.get(name)))
    elif isinstance(type, GraphQLEnumType):
        yield from type.values
    elif isinstance(type, GraphQLScalarType):
        yield from _BAD[type.name]


def _inner(type: GraphQLInputType) -> GraphQLInputType:
    inner: GraphQLInputType = type.of_type if isinstance(type, GraphQLNonNull) else type
    return inner


def _good(type: GraphQLInputType) -> Any:
    """A value of this type as it may be."""
    type = _inner(type)
    if isinstance(type, GraphQLList):
        return [_good(type.of_type)]
    if isinstance(type, GraphQLInputObjectType):
        return {name: _good(field.type) for name, field in type.fields.items() if isinstance(field.type, GraphQLNonNull)}
    if isinstance(type, GraphQLEnumType):
        return next(iter(type.values))
    return _GOOD.get(str(type), "x1")
