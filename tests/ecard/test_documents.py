"""What is known of a document, and what of its variables decides upon the plan."""

from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLError, GraphQLSchema

from domain.ids import PublicId
from ecard.documents import Document, Documents
from ecard.limits import DocumentLimits
from ecard.variables import coerce
from schema import build

CARD = PublicId("C", UUID(int=1), UUID(int=2)).encode()
OTHER_CARD = PublicId("C", UUID(int=3), UUID(int=4)).encode()
HOSPITAL = PublicId("I", UUID(int=1)).encode()
FILTERED = "query($f: InstitutionFilter) { institutions(filter: $f) { totalCount } }"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build.graphql_schema(build.build())


@pytest.fixture(scope="module")
def documents(schema: GraphQLSchema) -> Documents:
    return Documents(schema, DocumentLimits(), True, 100, 10**8)


def shape(documents: Documents, schema: GraphQLSchema, text: str, **given: Any) -> tuple[object, ...]:
    operation = document(documents, text).operation(None)
    values = coerce(schema, operation.node, operation.variables, given)
    assert not isinstance(values, list), values
    return operation.shape(values)


def document(documents: Documents, text: str) -> Document:
    found = documents.get(text)
    assert not found.errors, found.errors
    return found


@pytest.mark.parametrize(
    ("text", "one", "other", "same"),
    [
        ("query($n: Int) { institutions(first: $n) { totalCount } }", {"n": 1}, {"n": 2}, True),
        ("query($n: Int) { institutions(first: $n) { totalCount } }", {"n": 1}, {"n": None}, False),
        ("query($n: Int) { institutions(first: $n) { totalCount } }", {}, {"n": None}, False),
        ("query($n: Int = 3) { institutions(first: $n) { totalCount } }", {}, {"n": 1}, True),
        ("query($s: Boolean!) { serverTime @skip(if: $s) }", {"s": True}, {"s": False}, False),
        ("query($s: Boolean = true) { serverTime @skip(if: $s) }", {}, {"s": True}, True),
        (FILTERED, {"f": {"text": "a"}}, {"f": {"text": "b"}}, True),
        (FILTERED, {"f": {"text": "a"}}, {"f": {"text": None}}, False),
        (FILTERED, {"f": {"text": "a"}}, {"f": {"district": "a"}}, False),
        ("query($id: ID) { institution(id: $id) { id } }", {"id": CARD}, {"id": HOSPITAL}, True),
        ("query($id: ID!) { node(id: $id) { id } }", {"id": CARD}, {"id": OTHER_CARD}, True),
        ("query($id: ID!) { node(id: $id) { id } }", {"id": CARD}, {"id": HOSPITAL}, False),
        ("query($id: ID!) { node(id: $id) { id } }", {"id": CARD}, {"id": "x"}, False),
        ("query($id: ID = \"x\") { node(id: $id) { id } }", {"id": "x"}, {"id": None}, False),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [CARD, CARD]}, {"ids": [OTHER_CARD, "x"]}, True),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [CARD, HOSPITAL]}, {"ids": [HOSPITAL, OTHER_CARD]}, True),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [CARD]}, {"ids": [CARD, HOSPITAL]}, False),
        ("query($a: ID!) { nodes(ids: [$a]) { id } }", {"a": CARD}, {"a": HOSPITAL}, False),
        ("query($id: ID!) { ...A } fragment A on Query { b: node(id: $id) { id } }", {"id": CARD}, {"id": HOSPITAL}, False),
    ],
)  # fmt: skip
def test_what_decides_upon_the_plan(
    documents: Documents, schema: GraphQLSchema, text: str, one: dict[str, Any], other: dict[str, Any], same: bool
) -> None:
    first, second = shape(documents, schema, text, **one), shape(documents, schema, text, **other)
    assert (first == second) is same
    assert (hash(first) == hash(second)) is same


def test_a_name_may_mean_something_else_in_each_operation(documents: Documents, schema: GraphQLSchema) -> None:
    text = """query A($x: ID!) { node(id: $x) { id } } query B($x: InstitutionFilter) { institutions(filter: $x) { totalCount } }"""
    operation = document(documents, text).operation("B")
    values = coerce(schema, operation.node, operation.variables, {"x": {"text": "a"}})
    assert not isinstance(values, list)
    assert hash(operation.shape(values)) is not None


def test_operations_by_name(documents: Documents) -> None:
    two = document(documents, "query A { serverTime } query B { serverTime }")
    assert two.operation("B").name == "B"
    assert document(documents, "{ serverTime }").operation(None).name is None
    assert document(documents, "query A { serverTime }").operation(None).name == "A"
    for name in (None, "C", ""):
        with pytest.raises(GraphQLError) as refused:
            two.operation(name)
        assert refused.value.extensions == {"code": "OPERATION_RESOLUTION_FAILURE"}


def test_what_asks_about_the_schema_is_known(documents: Documents) -> None:
    assert (
        document(documents, '{ serverTime ...A } fragment A on Query { x: __type(name: "Card") { name } }')
        .operation(None)
        .introspects
    )
    assert not document(documents, "{ serverTime __typename }").operation(None).introspects


def test_wrong_documents_are_remembered_too(documents: Documents) -> None:
    for text in ("{ nothing }", "{"):
        assert documents.get(text) is documents.get(text)
        assert documents.get(text).errors
