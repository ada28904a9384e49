"""How much a document may ask for."""

from typing import Any

import pytest
from graphql import GraphQLError, build_schema, get_introspection_query, validate

from ecard.limits import DocumentLimits, limit_rule, parse, validation_rules

SCHEMA = build_schema(
    """
    type Query { a: Node  b(text: String): Int }
    type Node { a: Node  b: Int }
    type Mutation { m: Int  n: Node }
    """
)
LIMITS = DocumentLimits(
    tokens=400,
    comments=5,
    characters=4_000,
    errors=3,
    operations=3,
    directives=3,
    depth=4,
    fields=30,
    aliases=3,
    root_fields=5,
    mutations=2,
)


def errors_of(text: str, limits: DocumentLimits = LIMITS) -> list[GraphQLError]:
    return validate(SCHEMA, parse(text, limits), validation_rules(limits), max_errors=limits.errors)


def too_much(text: str) -> str:
    """The message of the one error that the limits gave."""
    (error,) = errors_of(text)
    assert error.extensions is not None
    assert error.extensions["code"] == "QUERY_TOO_COMPLEX"
    return error.message


@pytest.mark.parametrize(
    ("within", "over", "message"),
    [
        (
            "{ a { a { a { b } } } }",
            "{ a { a { a { a { b } } } } }",
            "The document has 5 levels of fields; at most 4 are answered.",
        ),
        (
            "{ a { ...F } } fragment F on Node { a { ... on Node { a { b } } } }",
            "{ a { ...F } } fragment F on Node { a { ... on Node { a { a { b } } } } }",
            "The document has 5 levels of fields; at most 4 are answered.",
        ),
        ("{ x: b y: b z: b }", "{ x: b y: b z: b w: b }", "The document has 4 aliases; at most 3 are answered."),
        (
            "{ a { ...F } } fragment F on Node { x: b y: b z: b }",
            "{ a { ...F a { ...F } } } fragment F on Node { x: b y: b }",
            "The document has 4 aliases; at most 3 are answered.",
        ),
        (
            "{ " + "b @skip(if: true) " * 3 + "}",
            "{ " + "b @skip(if: true) " * 4 + "}",
            "The document has 4 directives; at most 3 are answered.",
        ),
        ("{ " + "b " * 5 + "}", "{ " + "b " * 6 + "}", "The document has 6 fields at the top; at most 5 are answered."),
        (
            "mutation { m ...F } fragment F on Mutation { m }",
            "mutation { m ...F } fragment F on Mutation { m m }",
            "The document has 3 mutations; at most 2 are answered.",
        ),
        ("{ a { " + "b " * 29 + "} }", "{ a { " + "b " * 30 + "} }", "The document has 31 fields; at most 30 are answered."),
        (
            "query A { b } query B { b } query C { b }",
            "query A { b } query B { b } query C { b } query D { b }",
            "The document has 4 operations; at most 3 are answered.",
        ),
    ],
)
def test_limits(within: str, over: str, message: str) -> None:
    assert errors_of(within) == []
    assert too_much(over) == message


def test_each_operation_is_judged() -> None:
    assert "levels" in too_much("query A { b } query B { a { a { a { a { b } } } } }")


def doubling(levels: int) -> str:
    """A document that is short and asks for 2 to the power of so many fields."""
    fragments = " ".join(f"fragment F{n} on Node {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ a {{ ...F0 }} }} {fragments} fragment F{levels} on Node {{ b }}"


def test_fragments_that_double_are_counted_not_carried_out() -> None:
    assert too_much(doubling(20)) == "The document has over a million fields; at most 30 are answered."


def test_long_chains_of_fragments() -> None:
    wide = DocumentLimits()

    def chain(length: int, order: int) -> str:
        names = [f"fragment F{n} on Node {{ ...F{n + 1} }}" for n in range(length)][::order]
        return f"{{ a {{ ...F0 }} }} {' '.join(names)} fragment F{length} on Node {{ b }}"

    assert errors_of(chain(49, 1), wide) == []
    for order in (1, -1):
        for length in (50, 600):
            (error,) = errors_of(chain(length, order), wide)
            assert error.extensions is not None
            assert error.extensions["code"] == "QUERY_TOO_COMPLEX"
    # From the end, so that each fragment is known when the next is counted.
    spreads = " ".join(f"...F{n}" for n in range(60, -1, -1))
    (error,) = errors_of(chain(60, 1).replace("...F0", spreads, 1), wide)
    assert "fragments in a chain" in error.message


@pytest.mark.parametrize(
    "text",
    [
        "{ a { ...F } } fragment F on Node { ...F b }",
        "{ a { ...F } } fragment F on Node { a { ...G } } fragment G on Node { ...F }",
        "{ a { ...Unknown } }",
        "{ b } fragment Unused on Node { b }",
        "{ nothing }",
        "type Query { a: Int }",
    ],
)
def test_what_is_wrong_otherwise_is_said_by_the_rules_of_the_language(text: str) -> None:
    errors = errors_of(text)
    assert errors
    assert all(error.extensions is None or "code" not in error.extensions for error in errors)


def test_a_document_over_the_limits_is_looked_at_by_no_other_rule() -> None:
    assert len(errors_of("{ x: nothing y: nothing z: nothing w: nothing }")) == 1


def test_errors_are_bounded() -> None:
    assert len(errors_of("{ a { " + "nothing " * 20 + "} }")) == LIMITS.errors + 1


def test_the_schema_may_be_asked_for_although_that_nests_deeper() -> None:
    limits = DocumentLimits(depth=3)
    assert errors_of(get_introspection_query(specified_by_url=True, directive_is_repeatable=True), limits) == []


def test_nothing_hides_below_the_schema() -> None:
    deep = "fields { type { " * 10 + "name" + " } }" * 10
    errors = errors_of("{ __schema { types { " + deep + " } } }", DocumentLimits())
    assert errors


@pytest.mark.parametrize(
    "text", ['{ b(text: "a\\u0000") }', 'query ($t: String = "\\u{0}") { b(text: $t) }', '{ b(text: """a\0""") }']
)
def test_no_string_holds_the_character_that_postgresql_has_not(text: str) -> None:
    with_code: dict[str, Any] | None
    try:
        (error,) = errors_of(text)
        with_code = error.extensions
    except GraphQLError as error:
        with_code = error.extensions
    assert with_code is not None
    assert with_code["code"] in ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ " + "b " * 500 + "}", "QUERY_TOO_COMPLEX"),
        ("#\n" * 6 + "{ b }", "QUERY_TOO_COMPLEX"),
        (" " * 5_000 + "{ b }", "QUERY_TOO_COMPLEX"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ('{ b(text: "\\ud800") }', "GRAPHQL_PARSE_FAILED"),
    ],
)
def test_parsing(text: str, code: str) -> None:
    with pytest.raises(GraphQLError) as raised:
        parse(text, LIMITS)
    assert raised.value.extensions == {"code": code}


def test_a_text_that_nests_too_deeply_to_be_parsed() -> None:
    with pytest.raises(GraphQLError) as raised:
        parse("{ a " * 2_000, DocumentLimits())
    assert raised.value.extensions == {"code": "QUERY_TOO_COMPLEX"}


def test_the_rules_for_the_same_limits_are_the_same() -> None:
    assert validation_rules(DocumentLimits(depth=5)) is validation_rules(DocumentLimits(depth=5))
    assert limit_rule(DocumentLimits(depth=5)) is not limit_rule(DocumentLimits(depth=6))
