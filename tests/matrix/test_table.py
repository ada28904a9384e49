"""The table is of this schema: nothing is without a line, and no line is of nothing."""

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from domain.ids import PublicId
from plans.mapping import Edge, ScopeSets
from plans.plan import Source
from tests.matrix.bench import Asked, Bench, covers
from tests.matrix.reasons import REASONS
from tests.matrix.relations import OWNER, RELATIONS
from tests.matrix.table import FILES, OPEN_WAYS, TYPES, WAYS


def read_types(source: Source) -> set[str]:
    """All that can be asked, but for what is a part of another row's values."""
    ruled = {one.name for one in source.mapping.types.values() if one.rule.rows}
    return ruled | {"Query", "Subscription"}


def test_each_type_and_each_field_has_one_line(source: Source) -> None:
    assert TYPES.keys() == read_types(source)
    for name, entry in TYPES.items():
        named = source.schema.get_type(name)
        assert isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
        listed = [field for names in entry.fields for field in names.split()]
        assert sorted(listed) == sorted(named.fields), name


def test_the_scopes_of_clients_are_those_of_the_schema(source: Source) -> None:
    for name, entry in TYPES.items():
        mapping = source.mapping.types[name]
        for field in mapping.sources:
            line = entry.field(field)
            assert line is not None
            said = line.scopes if line.scopes is not None else entry.rows.scopes
            assert set(said or ()) == sets(mapping.field_scopes.get(field, mapping.scopes)), f"{name}.{field}"


def sets(scopes: ScopeSets) -> set[str]:
    """As the table writes them: none for a sign-in alone."""
    return {" ".join(every).replace("authenticated", "") for every in scopes}


def test_each_way_to_a_resident_says_what_it_shows(source: Source) -> None:
    found = {
        f"{mapping.name}.{name}"
        for mapping in source.mapping.types.values()
        for name, edge in mapping.sources.items()
        if isinstance(edge, Edge) and edge.target == "Resident"
    }
    assert found == WAYS.keys() | OPEN_WAYS


def test_each_reason_is_a_known_one_and_is_needed() -> None:
    lines = [line for entry in TYPES.values() for line in (entry.rows, *entry.fields.values())] + list(FILES.values())
    named = {reason for line in lines for reason in (*(line.institutions or ()), *(line.apps or ()), *line.others)}
    assert named == REASONS.keys()


KINDS = ("oneself", "institution", "payment app", "operator", "dashboard", "anonymous")


@pytest.mark.parametrize("who", KINDS)
async def test_what_the_scopes_do_not_cover_is_refused_before_anything_runs(bench: Bench, who: str) -> None:
    viewer = RELATIONS[who].viewer
    code = "UNAUTHENTICATED" if who == "anonymous" else "FORBIDDEN"
    for name, mapping in bench.source.mapping.types.items():
        if mapping.letter:
            for field in mapping.sources:
                if not covers(viewer, name, field):
                    id = PublicId(mapping.letter, OWNER, OWNER if mapping.owned and name != "Resident" else None).encode()
                    text = f'{{ node(id: "{id}") {{ ... on {name} {{ {bench.opening(name, field)} }} }} }}'
                    assert await bench.codes(Asked(name, text, {}), viewer) == [code], f"{name}.{field}"


@pytest.mark.parametrize("who", KINDS)
async def test_each_client_finds_itself_and_the_platform_is_for_who_runs_it(bench: Bench, who: str) -> None:
    viewer = RELATIONS[who].viewer
    asked = {"client": "client { id }", "operations": "operations { queues { name } workers { name } failedJobs { totalCount } }"}
    for name, text in asked.items():
        document = Asked(name, f"{{ {name}: {text} }}", {})
        if covers(viewer, "Query", name):
            found = (await bench.ask(bench.ruled, document, viewer))[name]
            assert (found is not None) == (name == "operations" or (viewer.client_id is not None and viewer.resident_id is None))
        else:
            assert await bench.codes(document, viewer) == ["UNAUTHENTICATED" if who == "anonymous" else "FORBIDDEN"]
