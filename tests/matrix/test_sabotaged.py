"""Whether the matrix would notice: with one condition taken out of all rules, somebody sees what the table does not give them."""

from dataclasses import replace

import pytest

from domain.enums import CareScope
from plans.mapping import Edge, Own, Rule, SchemaMapping, TypeMapping
from plans.plan import Source
from tests.matrix.bench import Bench
from tests.matrix.relations import RELATIONS
from tests.matrix.table import WAYS
from tests.plans.reading.ways import OneConnection, engine_over

# What is forgotten in all rules, what stands in its place, and who then sees too much.
FORGOTTEN = {
    **{f"the scope {scope}": (f"'{scope}' = any(k.scopes)", "true", "carer with none") for scope in CareScope},
    "the end of care": ("(k.expires_at is null or k.expires_at > now())", "true", "carer until now"),
    "who cares": ("k.carer_id = {viewer.resident_id}", "true", "stranger"),
    "the end of a visit": ("w.expires_at > now()", "true", "institution after a visit"),
    "the steps of a visit": ("w.care_step in (", "w.care_step not in ('', ", "institution at PAY"),
    "where a visit is": ("w.institution_id = {viewer.institution_id}", "true", "institution"),
    "which visit led here": ("{through:w.id}", "", "institution with two visits"),
    "that there is an emergency": ("g.break_glass", "true", "institution at PAY"),
    "the end of an emergency": ("g.expires_at > now()", "true", "institution after an emergency"),
    "that a consent was revoked": ("f.revoked_at is null", "true", "institution no longer shown anything"),
    "the end of a consent": ("f.expires_at > now()", "true", "institution shown everything until now"),
    "the kinds of a consent": ("= any(f.kinds)", "<> ''", "institution shown ALLERGY"),
    "the days of a consent": ("{t}.occurred_at >= f.from_day", "now() >= f.from_day", "institution shown some days"),
    "that an appointment stands": ("b.status in ('BOOKED'", "b.status in ('CANCELLED'", "institution with an appointment to come"),
    "that a stay is over": ("o.status = 'ADMITTED'", "true", "institution after a stay"),
    "that an agreement is over": ("q.status in (", "q.status in ('ENDED', ", "institution that no longer signed"),
    "the end of a permission to pay": ("m.expires_at > now()", "true", "payment app after a permission"),
    "whose app may pay": ("m.app_id = {viewer.app_id}", "true", "payment app beside one with a permission"),
}
NARROWED = {way: "institution at REGISTER with everything" for way in WAYS if way != "CardBinding.resident"}


def without(condition: str, instead: str, mapping: SchemaMapping) -> SchemaMapping:
    """The mapping, none of whose rules has the condition. Fails where none had it."""
    types = {name: replace(one, rule=_without(condition, instead, one.rule)) for name, one in mapping.types.items()}
    assert types != mapping.types
    return replace(mapping, types=types)


def _without(condition: str, instead: str, rule: Rule) -> Rule:
    def said(what: str | Own) -> str | Own:
        return Own(what.otherwise.replace(condition, instead)) if isinstance(what, Own) else what.replace(condition, instead)

    rows = {kind: said(what) for kind, what in rule.rows.items()}
    return Rule(rows, {kind: {name: said(what) for name, what in of.items()} for kind, of in rule.fields.items()})


def widened(way: str, mapping: SchemaMapping) -> SchemaMapping:
    """The mapping, where on this way to a resident everything is shown."""
    type_name, name = way.split(".")
    one: TypeMapping = mapping.types[type_name]
    edge = one.sources[name]
    assert isinstance(edge, Edge)
    assert edge.narrow
    return replace(
        mapping, types={**mapping.types, type_name: replace(one, sources={**one.sources, name: replace(edge, narrow={})})}
    )


async def noticed(bench: Bench, broken: SchemaMapping, who: str) -> bool:
    """Whether what this viewer gets differs from the table."""
    source = Source(bench.source.schema, broken)
    engine = engine_over(source, OneConnection(bench.connection), documents=bench.ruled.documents)
    return bool(await bench.wrong(RELATIONS[who], engine, at_once=True))


@pytest.mark.parametrize("what", FORGOTTEN)
async def test_a_forgotten_condition_is_noticed(bench: Bench, what: str) -> None:
    condition, instead, who = FORGOTTEN[what]
    assert await noticed(bench, without(condition, instead, bench.source.mapping), who)


@pytest.mark.parametrize("way", NARROWED)
async def test_a_way_that_shows_too_much_is_noticed(bench: Bench, way: str) -> None:
    assert await noticed(bench, widened(way, bench.source.mapping), NARROWED[way])
