"""Who may read what, as part of the statement. The rule of a type is applied here and nowhere else."""

from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLError

from plans.blocks import Context, Piece, joined
from plans.mapping import Own, Request, ScopeSets, TypeMapping

if TYPE_CHECKING:
    from plans.compiler import Compiler


def covers(request: Request, required: ScopeSets) -> bool:
    """Whether the viewer has all scopes of one of the lists, or none is needed."""
    return not required or any(request.scopes.issuperset(every) for every in required)


def check_scopes(mapping: TypeMapping, name: str, node: FieldNode, request: Request) -> None:
    """Refuses a field that the viewer's scopes don't cover, before anything runs."""
    required = mapping.field_scopes.get(name, mapping.scopes)
    if covers(request, required):
        return
    if request.kind == "ANONYMOUS":
        raise GraphQLError(f"{mapping.name}.{name} needs a sign-in.", [node], extensions={"code": "UNAUTHENTICATED"})
    wanted = " or ".join(" and ".join(every) for every in required)
    raise GraphQLError(f"{mapping.name}.{name} needs the scope {wanted}.", [node], extensions={"code": "FORBIDDEN"})


def rows_condition(compiler: "Compiler", mapping: TypeMapping, alias: str, context: Context) -> str | None:
    """The type's rule for this kind of viewer as a predicate; None where it holds of itself."""
    rule = mapping.rule.rows.get(compiler.request.kind)
    return "false" if rule is None else _condition(compiler, rule, alias, context)


def field_condition(
    compiler: "Compiler", mapping: TypeMapping, name: str, alias: str, context: Context, narrow: dict[str, str]
) -> str | None:
    """On which condition the field shows: the rule's, and that of the edge that led here, which can only narrow it."""
    rule = mapping.rule.fields.get(compiler.request.kind, {}).get(name)
    parts = [_condition(compiler, rule, alias, context) if rule is not None else None, narrow.get(name)]
    return " and ".join(f"({part})" for part in parts if part) or None


def handed_up(mapping: TypeMapping, piece: Piece, alias: str, inner: Context, outer: Context) -> Piece:
    """Adds the row's resident to the ids handed up, unless it is the viewer or the parent's own resident; a passage always."""
    is_known = inner.own or (inner.owner and inner.owner == outer.owner and not mapping.passage)
    if not mapping.owned or is_known:
        return piece
    own_id = f"{alias}.resident_id || ':' || {alias}.key" if mapping.passage else f"{alias}.resident_id::text"
    return Piece(piece.json, joined([own_id, piece.residents] if piece.residents else [own_id]))


def _condition(compiler: "Compiler", rule: str | Own, alias: str, context: Context) -> str | None:
    owner = context.owner or f"{alias}.resident_id"
    if isinstance(rule, Own):
        if context.own:
            return None
        viewer = compiler.parameters.viewer("resident_id")
        return f"({owner} = {viewer}::uuid or {_filled(compiler, rule.otherwise, alias, owner, context)})"
    return None if rule == "true" else f"({_filled(compiler, rule, alias, owner, context)})"


def _filled(compiler: "Compiler", rule: str, alias: str, owner: str, context: Context) -> str:
    return compiler.template(rule, t=alias, owner=owner, through=_Through(context.through))


class _Through:
    """`{through}` in a rule: the key of the passage, or null. `{through:COLUMN}`: that the column equals it, behind an `and` of its
    own; nothing where there is no passage, so that who comes without one pays nothing for it."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __format__(self, column: str) -> str:
        if column:
            return f" and {column} = {self._key}" if self._key else ""
        return self._key or "null::uuid"
