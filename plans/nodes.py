"""Rows that are named by their ids: `node`, `nodes`, the rows a mutation made, and the members of an interface's view."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from domain.ids import PublicId
from plans.access import covers, handed_up, rows_condition
from plans.blocks import Block, Context, Cost, Piece, joined, listed, literal, select
from plans.mapping import Made, Many, Pointer, TypeMapping
from plans.values import Arguments, Binder, Values, bad_input

if TYPE_CHECKING:
    from plans.compiler import Compiler


def key_of(binder: Binder, letter: str) -> Binder:
    """The row's id out of a public id of the type; None, which no row equals, when the text is none."""

    def bind(values: Values) -> Any:
        found = _decoded(binder(values), letter)
        return found.id if found else None

    return bind


def resident_of(binder: Binder, letter: str) -> Binder:
    """The resident out of a public id. A resident's own id is the row's id."""

    def bind(values: Values) -> Any:
        found = _decoded(binder(values), letter)
        return (found.resident_id or found.id) if found else None

    return bind


def by_id(compiler: "Compiler", field_nodes: list[FieldNode], arguments: Arguments) -> Piece:
    """`node(id:)`: the id tells the type, so that the type is part of the plan's key."""
    found = PublicId.decode(arguments.first_value("id"))
    mapping = compiler.mapping.by_letter(found.letter) if found else None
    if mapping is None:
        return Piece("select null::json as j")
    letter = mapping.letter or ""
    binder = arguments.binder("id")
    owner = f"{compiler.parameters.add(resident_of(binder, letter))}::uuid" if mapping.owned else None
    return _row(compiler, mapping, field_nodes, compiler.parameters.add(key_of(binder, letter)), Context(owner))


def by_ids(compiler: "Compiler", field_nodes: list[FieldNode], arguments: Arguments) -> Piece:
    """`nodes(ids:)`: in the order asked, null for what is not there. Which types are among them is part of the plan's key."""
    binder = arguments.binder("ids")
    maximum, types = compiler.mapping.page_maximum, compiler.mapping.types.values()
    lettered = {mapping.letter: mapping for mapping in types if mapping.letter}

    def decoded(values: Values) -> list[PublicId | None]:
        asked = binder(values)
        if len(asked) > maximum:
            raise bad_input(f"nodes takes at most {maximum} ids.", field_nodes[0])
        return [found if found and found.letter in lettered else None for found in map(PublicId.decode, asked)]

    letters = compiler.parameters.add(lambda values: [d and d.letter for d in decoded(values)])
    residents = compiler.parameters.add(lambda values: [d and (d.resident_id or d.id) for d in decoded(values)])
    keys = compiler.parameters.add(lambda values: [d and d.id for d in decoded(values)])
    alias = compiler.names.next()  # which no rule has for a table of its own
    given = f"unnest({letters}::text[], {residents}::uuid[], {keys}::uuid[])"
    block = Block(f"{given} with ordinality {alias}(kind, resident_id, key, n)")
    asked_letters = {found.letter for found in map(PublicId.decode, arguments.first_value("ids")) if found}
    members = {letter: mapping for letter, mapping in lettered.items() if letter in asked_letters}
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, lambda values: len(binder(values)))
    piece = _cases(compiler, members, alias, field_nodes, Context(), block)
    compiler.sizes = sizes
    return listed(piece, block.tail(), f" order by {alias}.n")


def made(compiler: "Compiler", source: Made, field_nodes: list[FieldNode]) -> Piece:
    """What a mutation made: the resolver put the row's key, or the keys, among what it provides."""
    mapping = compiler.mapping.types[source.target]

    def read(values: Values) -> Any:
        return values.request.provided.get(source.name)

    if source.many is Many.ONE:
        key = compiler.parameters.add(lambda values: getattr(read(values), "id", None))
        resident = compiler.parameters.add(lambda values: getattr(read(values), "resident_id", None)) if mapping.owned else None
        return _row(compiler, mapping, field_nodes, key, Context(resident and f"{resident}::uuid"))
    residents = compiler.parameters.add(lambda values: [key.resident_id for key in read(values) or ()])
    keys = compiler.parameters.add(lambda values: [key.id for key in read(values) or ()])
    alias = compiler.names.next()
    block = Block(f"unnest({residents}::uuid[], {keys}::uuid[]) with ordinality {alias}(resident_id, key, n)")
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, compiler.mapping.page_default)
    row = _row(compiler, mapping, field_nodes, f"{alias}.key", Context(f"{alias}.resident_id" if mapping.owned else None))
    compiler.sizes = sizes
    piece = compiler.attach(row, block)
    return listed(piece, block.tail(), f" order by {alias}.n")


def member(
    compiler: "Compiler", abstract: TypeMapping, alias: str, field_nodes: list[FieldNode], context: Context, block: Block
) -> Piece:
    """A row of an interface's or union's view: its `kind` says of which type, `resident_id` and `key` which row."""
    members = {kind: compiler.mapping.types[name] for kind, name in abstract.members.items()}
    return _cases(compiler, members, alias, field_nodes, context, block)


def pointed(compiler: "Compiler", source: Pointer, parent: str, field_nodes: list[FieldNode]) -> Piece:
    """The row that columns of the row `parent` point to."""
    alias = compiler.names.next()
    columns = f"{parent}.{source.letter} as kind, {parent}.{source.resident} as resident_id, {parent}.{source.key} as key"
    block = Block(f"(select {columns}) {alias}")
    lettered = {letter: compiler.mapping.by_letter(letter) for letter in sorted(source.letters)}
    members = {letter: mapping for letter, mapping in lettered.items() if mapping and covers(compiler.request, mapping.scopes)}
    return select(_cases(compiler, members, alias, field_nodes, Context(), block), block.tail())


def _decoded(text: object, letter: str) -> PublicId | None:
    """The id, when it is one of this type."""
    found = PublicId.decode(text) if isinstance(text, str) else None
    return found if found and found.letter == letter else None


def _row(
    compiler: "Compiler",
    mapping: TypeMapping,
    field_nodes: list[FieldNode],
    key: str,
    context: Context,
    condition: str | None = None,
    outer: Context | None = None,
) -> Piece:
    """One row by its key, as a sub-select. `outer`: whose rows are being read already, where that is known."""
    alias = compiler.names.next()
    block = Block(f"{compiler.mapping.schema}.{mapping.view} {alias}")
    if context.owner:
        block.where.append(f"{alias}.resident_id = {context.owner}")
    block.where.append(f"{alias}.key = {key}")
    block.where += [part for part in (condition, rows_condition(compiler, mapping, alias, context)) if part]
    piece = compiler.target(mapping.name, alias, field_nodes, context, block)
    return select(handed_up(mapping, piece, alias, context, outer or Context()), block.tail())


def _cases(
    compiler: "Compiler",
    members: Mapping[str, TypeMapping],
    alias: str,
    field_nodes: list[FieldNode],
    outer: Context,
    block: Block,
) -> Piece:
    """`case kind when … then (row)`; only one branch runs for each row, and the dearest one counts. `outer`: whose rows they all
    are, where that is known."""
    branches: list[str] = []
    residents: list[str] = []
    costs: list[Cost] = []
    whole = compiler.cost
    for kind, mapping in members.items():
        compiler.cost = Cost()
        named = outer if outer.owner else Context(f"{alias}.resident_id")
        inner = named if mapping.owned else Context()
        row = _row(compiler, mapping, field_nodes, f"{alias}.key", inner, f"{alias}.kind = {literal(kind)}", outer)
        piece = compiler.attach(row, block)
        branches.append(f"when {literal(kind)} then {piece.json}")
        if piece.residents:
            residents.append(piece.residents)
        costs.append(compiler.cost)
    compiler.cost = whole
    if not branches:
        return Piece("null::json")
    varies = any(cost.varying for cost in costs)
    whole.add((lambda values: max(cost.of(values) for cost in costs)) if varies else max(cost.fixed for cost in costs))
    return Piece(f"case {alias}.kind {' '.join(branches)} end", joined(residents))
