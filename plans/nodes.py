"""Rows that are named by their ids: `node`, `nodes`, the rows a mutation made, and the members of an interface's view."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from domain.ids import PublicId
from plans.access import rows_condition
from plans.blocks import Block, Context, Piece, joined, literal
from plans.mapping import Made, Many, TypeMapping
from plans.values import Arguments, Binder, Values, bad_input

if TYPE_CHECKING:
    from plans.compiler import Compiler


def decoded_as(text: object, letter: str) -> PublicId | None:
    """The id, when it is one of this type."""
    found = PublicId.decode(text) if isinstance(text, str) else None
    return found if found and found.letter == letter else None


def key_of(binder: Binder, letter: str) -> Binder:
    """The row's id out of a public id of the type; None, which no row equals, when the text is none."""

    def bind(values: Values) -> Any:
        found = decoded_as(binder(values), letter)
        return found.id if found else None

    return bind


def resident_of(binder: Binder, letter: str) -> Binder:
    """The resident out of a public id. A resident's own id is the row's id."""

    def bind(values: Values) -> Any:
        found = decoded_as(binder(values), letter)
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
    owner = compiler.parameters.add(resident_of(binder, letter)) if mapping.owned else None
    return _row(compiler, mapping, field_nodes, compiler.parameters.add(key_of(binder, letter)), owner)


def _row(
    compiler: "Compiler", mapping: TypeMapping, field_nodes: list[FieldNode], key: str, owner: str | None
) -> Piece:
    """One row by its key, as a sub-select with the columns `j` and `r`."""
    alias = compiler.names.next()
    block = Block(f"{compiler.mapping.schema}.{mapping.view} {alias}")
    context = Context(owner)
    if owner:
        block.where.append(f"{alias}.resident_id = {owner}")
    block.where.append(f"{alias}.key = {key}")
    rule = rows_condition(compiler, mapping, alias, context)
    if rule:
        block.where.append(rule)
    piece = compiler.target(mapping.name, alias, field_nodes, context, block)
    piece = compiler.handed_up(piece, mapping.name, alias, context, Context())
    beside = f", {piece.residents} as r" if piece.residents else ""
    return Piece(f"select {piece.json} as j{beside} {block.tail()}", piece.residents)


def by_ids(compiler: "Compiler", field_nodes: list[FieldNode], arguments: Arguments) -> Piece:
    """`nodes(ids:)`: in the order asked, null for what is not there. Which types are among them is part of the plan's key."""
    binder = arguments.binder("ids")
    maximum = compiler.mapping.page_maximum

    def decoded(values: Values) -> list[PublicId | None]:
        asked = binder(values)
        if len(asked) > maximum:
            raise bad_input(f"nodes takes at most {maximum} ids.", field_nodes[0])
        return [PublicId.decode(text) for text in asked]

    letters = compiler.parameters.add(lambda values: [d and d.letter for d in decoded(values)])
    residents = compiler.parameters.add(lambda values: [d and (d.resident_id or d.id) for d in decoded(values)])
    keys = compiler.parameters.add(lambda values: [d and d.id for d in decoded(values)])
    source = f"unnest({letters}::text[], {residents}::uuid[], {keys}::uuid[]) with ordinality x(kind, resident_id, key, n)"
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, lambda values: len(binder(values)))
    letters_asked = {d.letter for d in map(PublicId.decode, arguments.first_value("ids")) if d}
    members = {m.letter: m for m in compiler.mapping.types.values() if m.letter in letters_asked}
    block = Block(source)
    piece = _cases(compiler, members, "x", field_nodes, block) if members else Piece("null::json")
    compiler.sizes = sizes
    return _aggregated(piece, block, "x.n")


def _aggregated(piece: Piece, block: Block, order: str) -> Piece:
    beside = f", string_agg({piece.residents}, ',') as r" if piece.residents else ""
    return Piece(
        f"select coalesce(json_agg({piece.json} order by {order}), '[]'::json) as j{beside} {block.tail()}",
        piece.residents,
    )


def _cases(
    compiler: "Compiler", members: dict[str | None, TypeMapping], alias: str, field_nodes: list[FieldNode], block: Block
) -> Piece:
    """`case kind when … then (row)`; only one branch runs for each row."""
    branches: list[str] = []
    residents: list[str] = []
    cost = compiler.cost.terms
    dearest: list[tuple[object, ...]] = []
    for letter, mapping in members.items():
        compiler.cost.terms = []
        owner = f"{alias}.resident_id" if mapping.owned else None
        row = _row(compiler, mapping, field_nodes, f"{alias}.key", owner)
        row = compiler.attach(Piece(f"{row.json} and {alias}.kind = {literal(letter or '')}", row.residents), block)
        branches.append(f"when {literal(letter or '')} then {row.json}")
        if row.residents:
            residents.append(row.residents)
        dearest = max(dearest, compiler.cost.terms, key=len)
    compiler.cost.terms = cost + dearest
    return Piece(f"case {alias}.kind {' '.join(branches)} end", joined(residents))


def member(
    compiler: "Compiler",
    interface: TypeMapping,
    alias: str,
    field_nodes: list[FieldNode],
    context: Context,
    block: Block,
) -> Piece:
    """A row of an interface's view: its `kind` says of which type, `resident_id` and `key` which row."""
    members = {kind: compiler.mapping.types[name] for kind, name in interface.members.items()}
    del context  # each member's row brings its resident's id itself
    return _cases(compiler, dict(members), alias, field_nodes, block)


def made(compiler: "Compiler", source: Made, field_nodes: list[FieldNode]) -> Piece:
    """What a mutation made: the resolver put the key, or the keys, under the payload's field."""
    mapping = compiler.mapping.types[source.target]
    name = field_nodes[0].name.value
    read: Callable[[Values], Any] = lambda values: values.request.provided.get(name)  # noqa: E731
    if source.many is Many.ONE:
        key = compiler.parameters.add(lambda values: getattr(read(values), "id", None))
        owner = compiler.parameters.add(lambda values: getattr(read(values), "resident_id", None)) if mapping.owned else None
        return _row(compiler, mapping, field_nodes, key, owner)
    residents = compiler.parameters.add(lambda values: [key.resident_id for key in read(values) or ()])
    keys = compiler.parameters.add(lambda values: [key.id for key in read(values) or ()])
    block = Block(f"unnest({residents}::uuid[], {keys}::uuid[]) with ordinality x(resident_id, key, n)")
    sizes, compiler.sizes = compiler.sizes, (*compiler.sizes, compiler.mapping.page_default)
    row = _row(compiler, mapping, field_nodes, "x.key", "x.resident_id" if mapping.owned else None)
    compiler.sizes = sizes
    return _aggregated(compiler.attach(row, block), block, "x.n")
