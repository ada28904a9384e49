"""Which fields a selection asks for: fragments spread, directives applied, equal response keys merged, in the order of the text."""

from collections.abc import Iterable, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)
from graphql.execution.values import VariableValues
from graphql.language import SelectionNode

Fields = dict[str, list[FieldNode]]


class Collector:
    """Collects over one document, for one set of values of the variables."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: VariableValues) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def fields(self, runtime: GraphQLObjectType, selections: Iterable[SelectionSetNode]) -> Fields:
        """The fields that hold for an object of the type `runtime`: response key → its nodes."""
        collected: Fields = {}
        seen: set[str] = set()
        for selection in selections:
            self._collect(runtime, selection, collected, seen)
        return collected

    def below(self, runtime: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Fields:
        """The merged fields below nodes of the same response key."""
        return self.fields(runtime, [node.selection_set for node in nodes if node.selection_set is not None])

    def _collect(self, runtime: GraphQLObjectType, selection: SelectionSetNode, into: Fields, seen: set[str]) -> None:
        for node in selection.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                into.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node, runtime):
                    self._collect(runtime, node.selection_set, into, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if self._applies(fragment, runtime):
                    self._collect(runtime, fragment.selection_set, into, seen)

    def _applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, runtime: GraphQLObjectType) -> bool:
        condition = fragment.type_condition
        if condition is None or condition.name.value == runtime.name:
            return True
        named = self._schema.get_type(condition.name.value)
        return is_abstract_type(named) and self._schema.is_sub_type(named, runtime)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        if skip and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not include or bool(include["if"])
