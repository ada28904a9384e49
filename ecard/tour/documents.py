"""The GraphQL documents of each consumer, one operation at a time with the fragments that it spreads."""

from functools import cache
from pathlib import Path

from graphql import FragmentDefinitionNode, Node, OperationDefinitionNode, parse

FOLDER = Path(__file__).parent


@cache
def document(consumer: str, operation: str) -> str:
    """The text of one operation as the consumer's files have it: `mobile.graphql`, `mobile_….graphql`. Raises KeyError when there
    is none of that name."""
    text = "".join(path.read_text("utf-8") for path in sorted(FOLDER.glob(f"{consumer}*.graphql")))
    fragments, operations = {}, {}
    for node in parse(text).definitions:
        if isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = _source(text, node)
        elif isinstance(node, OperationDefinitionNode) and node.name is not None:
            operations[node.name.value] = _source(text, node)
    wanted = operations[operation]
    return "\n".join([wanted, *(source for name, source in fragments.items() if f"...{name}" in wanted)])


def _source(text: str, node: Node) -> str:
    return text[node.loc.start : node.loc.end] if node.loc else ""
