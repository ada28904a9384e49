"""Mappings with one thing broken on purpose, for the proof that the proof would notice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from plans.mapping import Edge, Own, Pointer, Rule, SchemaMapping, TypeMapping

KINDS = ("ANONYMOUS", "RESIDENT", "APP", "INSTITUTION")


@dataclass(frozen=True, slots=True)
class Sabotage:
    """`name` says what is broken, `type` is the type's mapping with it. Only who is of this `kind`, or follows this `field`, could
    notice."""

    name: str
    type: TypeMapping
    kind: str | None = None
    field: str | None = None

    def done(self, mapping: SchemaMapping) -> SchemaMapping:
        """The mapping with it broken."""
        return replace(mapping, types={**mapping.types, self.type.name: self.type})


def sabotages(mapping: TypeMapping) -> Iterator[Sabotage]:
    """Every rule dropped, and every field's; every order turned; every relation widened; every condition and passage forgotten."""
    if mapping.view or mapping.rule.rows:
        yield from _rules(mapping)
    if mapping.passage:
        yield Sabotage(f"{mapping.name}: nobody asks through which one a path came", replace(mapping, passage=False))
    for name, source in mapping.sources.items():
        if isinstance(source, Pointer):
            sources = {**mapping.sources, name: replace(source, resident="resident_id")}
            yield Sabotage(
                f"{mapping.name}.{name}: it is looked for among the reader's own", replace(mapping, sources=sources), field=name
            )
        if isinstance(source, Edge):
            for what, broken in _edges(source):
                sources = {**mapping.sources, name: broken}
                yield Sabotage(f"{mapping.name}.{name}: {what}", replace(mapping, sources=sources), field=name)


def _rules(mapping: TypeMapping) -> Iterator[Sabotage]:
    rows, fields = mapping.rule.rows, mapping.rule.fields
    for kind in KINDS:
        less = {other: rule for other, rule in rows.items() if other != kind}
        if rows.get(kind) != "true":
            shown = replace(mapping, rule=Rule({**rows, kind: "true"}, fields))
            yield Sabotage(f"{mapping.name}: every row is shown to {kind}", shown, kind)
        if kind in rows:
            yield Sabotage(f"{mapping.name}: no row is shown to {kind}", replace(mapping, rule=Rule(less, fields)), kind)
    for kind, rules in fields.items():
        for name in rules:
            without = {**fields, kind: {other: rule for other, rule in rules.items() if other != name}}
            yield Sabotage(
                f"{mapping.name}: {name} is always shown to {kind}", replace(mapping, rule=Rule(rows, without)), kind, name
            )


def blinded(mapping: TypeMapping) -> Iterator[Sabotage]:
    """Every rule, and every field's, as though paths came through no passage."""
    rows, fields = mapping.rule.rows, mapping.rule.fields
    for kind, rule in rows.items():
        if (blind := _blind(rule)) != rule:
            broken = replace(mapping, rule=Rule({**rows, kind: blind}, fields))
            yield Sabotage(f"{mapping.name}: no row asks through which passage {kind} came", broken, kind)
    for kind, rules in fields.items():
        for name, rule in rules.items():
            if (blind := _blind(rule)) != rule:
                broken = replace(mapping, rule=Rule(rows, {**fields, kind: {**rules, name: blind}}))
                yield Sabotage(f"{mapping.name}: {name} asks not through which passage {kind} came", broken, kind, name)


def _blind(rule: str | Own) -> str | Own:
    return re.sub(r"\{through(:[\w.]+)?\}", lambda at: "" if at[1] else "null::uuid", rule) if isinstance(rule, str) else rule


def _edges(edge: Edge) -> Iterator[tuple[str, Edge]]:
    if edge.order is not None:
        yield "the order is turned", replace(edge, order=edge.order.reversed())
        for count in range(1, len(edge.order.columns)):
            yield (
                "the order is cut short",
                replace(edge, order=replace(edge.order, columns=edge.order.columns[count:], types=edge.order.types[count:])),
            )
    for column in edge.on:
        yield f"{column} is forgotten", replace(edge, on=_without(edge.on, column))
    for path in edge.where:
        yield f"the argument {path} is forgotten", replace(edge, where=_without(edge.where, path))
    for path in edge.where_true:
        yield f"the argument {path} is forgotten", replace(edge, where_true=_without(edge.where_true, path))
    for name in edge.narrow:
        yield f"{name} is not narrowed", replace(edge, narrow=_without(edge.narrow, name))
    for part in ("always", "when"):
        if getattr(edge, part):
            broken: Any = {part: None}
            yield f"{part} is forgotten", replace(edge, **broken)


def _without(of: Mapping[str, str], key: str) -> dict[str, str]:
    return {name: template for name, template in of.items() if name != key}
