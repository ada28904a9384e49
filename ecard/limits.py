"""How much one document may ask for, judged once per document: when it is parsed, and by one rule that runs before the others.

Fragments count each time they are spread, so no document is bigger when it is carried out than it was when it was judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    specified_rules,
)
from graphql import parse as graphql_parse
from graphql.validation.validate import ValidationAbortedError

from ecard.errors import Code

# A chain of fragments longer than this is refused: what walks documents recurses along it.
_LONGEST_CHAIN = 50
# The schema's own description nests deeper than any question about data; graphql-core bounds it by a rule of its own.
_INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """`tokens`, `comments`, `characters`: of the text. `errors`: reported before validation stops. `directives`: in the document.
    The others are of one operation with its fragments spread out."""

    tokens: int = 6_000
    comments: int = 500
    characters: int = 100_000
    errors: int = 20
    operations: int = 100
    directives: int = 50
    depth: int = 16
    fields: int = 2_000
    aliases: int = 100
    root_fields: int = 50
    mutations: int = 10


def parse(text: str, limits: DocumentLimits) -> DocumentNode:
    """The document. Raises GraphQLError with the code GRAPHQL_PARSE_FAILED or QUERY_TOO_COMPLEX."""
    try:
        return graphql_parse(
            text,
            max_lexical_tokens=limits.tokens,
            max_comments=limits.comments,
            max_source_length=limits.characters,
        )
    except GraphQLSyntaxError as error:
        too_much = "Parsing aborted" in error.message or "nested too deeply" in error.message
        code = Code.QUERY_TOO_COMPLEX if too_much else Code.GRAPHQL_PARSE_FAILED
        error.extensions = {"code": code.value}
        raise


@cache
def validation_rules(limits: DocumentLimits) -> tuple[type[ASTValidationRule], ...]:
    """All rules for documents: the limits first, then the specification's. The same object for the same limits, so that whatever
    remembers validated documents by their rules finds them again."""
    return (limit_rule(limits), *specified_rules)


@cache
def limit_rule(limits: DocumentLimits) -> type[ASTValidationRule]:
    """The rule that refuses a document over its limits (QUERY_TOO_COMPLEX) and stops all other rules from looking at it."""

    class WithinLimits(ASTValidationRule):
        def enter_document(self, node: DocumentNode, *_: Any) -> None:
            _check(node, limits)

        def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
            if "\0" in node.value:
                text = "A string cannot hold the character U+0000."
                self.report_error(GraphQLError(text, node, extensions={"code": Code.GRAPHQL_VALIDATION_FAILED.value}))

    return WithinLimits


@dataclass(slots=True)
class _Counts:
    """Of a selection set. `root`: the fields at its top. `chain`: how many fragments lead to one another below it."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    root: int = 0
    chain: int = 0
    # Name, the fields above it (None: its depth does not count), whether it stands at the top.
    spreads: list[tuple[str, int | None, bool]] = field(default_factory=list)


def _check(document: DocumentNode, limits: DocumentLimits) -> None:
    """Raises ValidationAbortedError, which validation reports as its one error."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    _at_most(limits.operations, len(operations), "operations")
    fragments = {
        node.name.value: _counted(node.selection_set) for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    own = [_counted(operation.selection_set) for operation in operations]
    directives = sum(counts.directives for counts in [*own, *fragments.values()])
    _at_most(limits.directives, directives + sum(len(o.directives or ()) for o in operations), "directives")
    known: dict[str, _Counts | None] = {}
    for operation, counts in zip(operations, own, strict=True):
        total = _spread_out(counts, fragments, known, 0)
        _at_most(limits.depth, total.depth, "levels of fields")
        _at_most(limits.fields, total.fields, "fields")
        _at_most(limits.aliases, total.aliases, "aliases")
        if operation.operation is OperationType.MUTATION:
            _at_most(limits.mutations, total.root, "mutations")
        _at_most(limits.root_fields, total.root, "fields at the top")


def _at_most(maximum: int, actual: int, what: str) -> None:
    if actual > maximum:
        shown = str(actual) if actual < 1_000_000 else "over a million"
        raise ValidationAbortedError(
            f"The document has {shown} {what}; at most {maximum} are answered.",
            extensions={"code": Code.QUERY_TOO_COMPLEX.value, "maximum": maximum},
        )


def _counted(selections: SelectionSetNode) -> _Counts:
    """One definition by itself; what it spreads is noted."""
    counts = _Counts()
    stack: list[tuple[SelectionSetNode, int | None, bool]] = [(selections, 0, True)]
    while stack:
        selection_set, above, top = stack.pop()
        for node in selection_set.selections:
            counts.directives += len(node.directives or ())
            if isinstance(node, FragmentSpreadNode):
                counts.spreads.append((node.name.value, above, top))
            elif isinstance(node, InlineFragmentNode):
                stack.append((node.selection_set, above, top))
            elif isinstance(node, FieldNode):
                counts.fields += 1
                counts.root += top
                counts.aliases += node.alias is not None
                below = None if above is None or node.name.value in _INTROSPECTION else above + 1
                counts.depth = max(counts.depth, below or 0)
                if node.selection_set is not None:
                    stack.append((node.selection_set, below, False))
    return counts


def _spread_out(counts: _Counts, fragments: Mapping[str, _Counts], known: dict[str, _Counts | None], level: int) -> _Counts:
    """With all that it spreads. Of a cycle, which another rule reports, one round is counted."""
    _at_most(_LONGEST_CHAIN, level, "fragments in a chain")
    total = _Counts(counts.depth, counts.fields, counts.aliases, counts.directives, counts.root)
    for name, above, top in counts.spreads:
        if name in fragments and name not in known:
            known[name] = None
            known[name] = _spread_out(fragments[name], fragments, known, level + 1)
        inner = known.get(name)
        if inner is None:
            continue
        total.fields += inner.fields
        total.aliases += inner.aliases
        total.root += inner.root if top else 0
        total.depth = max(total.depth, 0 if above is None else above + inner.depth)
        total.chain = max(total.chain, inner.chain + 1)
    _at_most(_LONGEST_CHAIN, total.chain, "fragments in a chain")
    return total
