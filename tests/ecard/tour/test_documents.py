from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse, validate

from ecard.tour import documents
from ecard.tour.documents import document
from schema import build

SCHEMA = build.graphql_schema(build.build())
OPERATIONS = [
    (path.stem, node.name.value)
    for path in sorted(Path(documents.__file__).parent.glob("*.graphql"))
    for node in parse(path.read_text("utf-8")).definitions
    if isinstance(node, OperationDefinitionNode) and node.name
]


@pytest.mark.parametrize(("consumer", "operation"), OPERATIONS)
def test_document_is_valid_by_itself(consumer: str, operation: str) -> None:
    parsed = parse(document(consumer, operation))
    assert validate(SCHEMA, parsed) == []
    assert len([node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)]) == 1


def test_unknown_operation() -> None:
    with pytest.raises(KeyError):
        document("mobile", "Fly")
