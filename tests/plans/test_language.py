"""The GraphQL language, on a toy schema: whatever a document may hold, one statement answers it."""

from typing import Any

import pytest
from graphql import GraphQLError

from plans.plan import Connection
from tests.plans.toy import ANN, BO, CLERK, GUEST, Question, ask, code_of, public


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        ("{ me { name } }", {"me": {"name": "Ann"}}),
        ("{ me { a: name b: name name } }", {"me": {"a": "Ann", "b": "Ann", "name": "Ann"}}),
        ("{ x: me { name } y: me { me } }", {"x": {"name": "Ann"}, "y": {"me": True}}),
        ("{ __typename me { __typename } }", {"__typename": "Query", "me": {"__typename": "Person"}}),
        ("{ t: __typename }", {"t": "Query"}),
        # Merging: fields of equal keys become one, where the first of them stood.
        (
            "{ me { oldest { name } phone oldest { born } } me { oldest { weight name } } }",
            {"me": {"oldest": {"name": "pet 11", "born": "2010-01-01", "weight": 1}, "phone": "111"}},
        ),
        # Fragments: named, inline, without a type, nested, the same one twice.
        (
            "{ me { ...A ... { phone } ... on Person { me } ...A } }"
            " fragment A on Person { name ...B } fragment B on Person { id }",
            {"me": {"name": "Ann", "id": public("U", 1), "phone": "111", "me": True}},
        ),
        (
            '{ ...Q ... on Query { serverTime } } fragment Q on Query { shop(id: "x") { id } }',
            {"shop": None, "serverTime": "2024-03-02T00:00:00+08:00"},
        ),
        # Directives, literal.
        (
            "{ me { name @skip(if: true) me @include(if: false) phone @skip(if: false) @include(if: true) } }",
            {"me": {"phone": "111"}},
        ),
        ("{ me { ...A @skip(if: true) ... @include(if: true) { me } } } fragment A on Person { name }", {"me": {"me": True}}),
        ("{ me { name @skip(if: true) } }", {"me": {}}),
        ("{ me @skip(if: true) { name } }", {}),
        (
            "{ me { pets(first: 1) { nodes { ...A } edges { cursor @skip(if: true) } pageInfo { endCursor @skip(if: true) } } } }"
            " fragment A on Pet { id @skip(if: true) }",
            {"me": {"pets": {"nodes": [{}], "edges": [{}], "pageInfo": {}}}},
        ),
    ],
)
async def test_answers(toy: Connection, document: str, answer: Any) -> None:
    given = await ask(toy, document)
    assert given == answer
    assert keys(given) == keys(answer)


def keys(value: Any) -> Any:
    """The keys in their order, all the way down."""
    if isinstance(value, dict):
        return [(key, keys(inner)) for key, inner in value.items()]
    return [keys(item) for item in value] if isinstance(value, list) else None


async def test_values_of_every_kind(toy: Connection) -> None:
    answer = await ask(toy, "{ me { pets(last: 2) { nodes { weight tags born species } } lastThing { ... on Walk { at km } } } }")
    assert answer["me"]["pets"]["nodes"] == [
        {"weight": 2, "tags": ["t2", "ü"], "born": "2010-01-02", "species": "CAT"},
        {"weight": 1, "tags": ["t1", "ü"], "born": "2010-01-01", "species": "DOG"},
    ]
    meal = await ask(toy, "{ me { lastThing { ... on Meal { at food pet { name } } } } }")
    assert meal == {"me": {"lastThing": {"at": "2024-03-01T20:00:00.25+08:00", "food": "fish", "pet": {"name": "pet 11"}}}}


async def test_more_fields_than_a_function_takes_arguments(toy: Connection) -> None:
    document = f"{{ me {{ {' '.join(f'a{i}: name' for i in range(120))} }} }}"
    assert (await ask(toy, document))["me"] == {f"a{i}": "Ann" for i in range(120)}


@pytest.mark.parametrize("skipped", [True, False])
@pytest.mark.parametrize("included", [True, False])
async def test_directives_with_variables(toy: Connection, skipped: bool, included: bool) -> None:
    document = """query($s: Boolean!, $i: Boolean = true) {
        me { name @skip(if: $s) @include(if: $i) ...A @include(if: $i) ... @skip(if: $s) { me } }
    } fragment A on Person { phone }"""
    answer = await ask(toy, document, s=skipped, i=included)
    shown = {"name": not skipped and included, "phone": included, "me": not skipped}
    assert list(answer["me"]) == [name for name, is_shown in shown.items() if is_shown]


@pytest.mark.parametrize(
    ("declared", "given", "open_shops"),
    [
        ("$o: Boolean", {}, 6),  # left out: the argument's default, true
        ("$o: Boolean", {"o": None}, 7),  # null: no condition
        ("$o: Boolean", {"o": False}, 1),
        ("$o: Boolean = false", {}, 1),
        ("$o: Boolean = null", {}, 7),
        ("$o: Boolean = false", {"o": None}, 7),
    ],
)
async def test_a_variable_left_out_is_not_null(toy: Connection, declared: str, given: dict[str, Any], open_shops: int) -> None:
    answer = await ask(toy, f"query({declared}) {{ shops(open: $o) {{ totalCount }} }}", **given)
    assert answer == {"shops": {"totalCount": open_shops}}


@pytest.mark.parametrize(
    ("arguments", "declared", "given", "names"),
    [
        ("filter: { text: $t }", "$t: String", {"t": "%7"}, ["Shop %7"]),
        ("filter: { text: $t }", "$t: String", {}, 6),
        ("filter: { text: $t }", "$t: String", {"t": None}, 6),
        ("filter: $f", "$f: ShopFilter", {"f": {"text": "%7"}}, ["Shop %7"]),
        ("filter: $f", "$f: ShopFilter", {"f": {"text": None}}, 6),
        ("filter: $f", "$f: ShopFilter", {"f": {}}, 6),
        ("filter: $f", '$f: ShopFilter = { text: "%6" }', {}, ["Shop %6"]),
        ('filter: { text: "\' or true --" }', "", {}, []),
        ("filter: { text: $t }", "$t: String", {"t": "' or true --"}, []),
        ('filter: { text: "\\\\" }', "", {}, []),
    ],
)
async def test_input_objects(toy: Connection, arguments: str, declared: str, given: dict[str, Any], names: Any) -> None:
    signature = f"query({declared})" if declared else "query"
    answer = await ask(toy, f"{signature} {{ shops({arguments}, first: 10) {{ nodes {{ name }} }} }}", **given)
    found = [shop["name"] for shop in answer["shops"]["nodes"]]
    assert found == names or len(found) == names


async def test_one_of_several_operations(toy: Connection) -> None:
    document = "query A { me { name } } query B($n: Int!) { shops(first: $n) { nodes { code } } } fragment F on Shop { id }"
    document = document.replace("{ code }", "{ code ...F }")
    assert await ask(toy, document, ANN, "A") == {"me": {"name": "Ann"}}
    answer = await ask(toy, document, ANN, "B", n=1)
    assert answer == {"shops": {"nodes": [{"code": "c7", "id": public("S", 82)}]}}


async def test_introspection_is_left_to_the_executor(toy: Connection) -> None:
    document = '{ __schema { queryType { name } } serverTime __type(name: "Pet") { name } }'
    assert list(await ask(toy, document)) == ["serverTime"]


async def test_objects_carry_their_type_for_the_executor(toy: Connection) -> None:
    plan, values = Question(
        "{ me { home { town } pets(first: 1) { nodes { id } edges { cursor } pageInfo { endCursor } } } }"
    ).compiled(tagged=True)
    text = (await plan.run(toy, values)).decode()
    for name in ("Query", "Person", "Home", "PetConnection", "Pet", "PetEdge", "PageInfo"):
        assert f'"@type" : "{name}"' in text


async def test_equal_documents_give_equal_statements() -> None:
    document = "query($n: Int) { me { pets(first: $n) { nodes { name owner { name } } } } }"
    first, _ = Question(document, variables={"n": 1}).compiled()
    second, _ = Question(document, variables={"n": 2}).compiled()
    assert first.sql == second.sql
    assert "pet 1" not in first.sql


class TestWhoMayRead:
    """Scopes refuse before anything runs; rules leave out."""

    async def test_missing_scopes(self, toy: Connection) -> None:
        assert await code_of(toy, "{ me { name } }", GUEST) == "FORBIDDEN"
        assert await code_of(toy, "{ person { phone } }", BO) == "FORBIDDEN"
        assert await code_of(toy, "{ desk { shops { code } } }", BO) == "FORBIDDEN"
        with pytest.raises(GraphQLError, match=r"Person\.phone needs the scope phones and people or everything"):
            await ask(toy, "{ me { phone } }", BO)
        person = f'{{ person(id: "{public("U", 1)}") {{ phone }} }}'
        assert await ask(toy, person, CLERK) == {"person": {"phone": "111"}}  # the first of two ways to be covered

    async def test_scopes_of_an_embedded_object(self, toy: Connection) -> None:
        assert await ask(toy, "{ me { home { town } } }") == {"me": {"home": {"town": "Toytown"}}}
        assert await code_of(toy, "{ me { home { town } } }", BO) == "FORBIDDEN"

    async def test_rows_of_others(self, toy: Connection) -> None:
        document = (
            "query($id: ID!) { person(id: $id) { name phone home { street } pets { totalCount nodes { name } } oldest { name } } }"
        )
        close, far = await ask(toy, document, id=public("U", 2)), await ask(toy, document, id=public("U", 3))
        assert close["person"]["pets"]["totalCount"] == 5
        assert close["person"]["phone"] is None  # there is none
        assert far["person"] == {
            "name": "Cy", "phone": None, "home": None, "pets": {"totalCount": 0, "nodes": []}, "oldest": {"name": "pet 31"},
        }  # fmt: skip
        assert await ask(toy, "query($id: ID!) { person(id: $id) { name } }", BO, id=public("U", 1)) == {"person": None}

    async def test_an_edge_narrows(self, toy: Connection) -> None:
        friends = (await ask(toy, "{ me { friends { since person { id name phone } } } }"))["me"]["friends"]
        assert [(friend["person"]["name"], friend["person"]["phone"]) for friend in friends] == [("Bo", None), (None, None)]

    async def test_an_edge_shows_on_a_condition(self, toy: Connection) -> None:
        await toy.execute("update toy.friend_row set since = '2019-01-01' where id = toy.n(11)")  # type: ignore[attr-defined]  # asyncpg has it
        friends = (await ask(toy, "{ me { friends { person { id } } } }"))["me"]["friends"]
        assert friends == [{"person": None}, {"person": {"id": public("U", 3)}}]

    async def test_a_namespace(self, toy: Connection) -> None:
        document = "{ desk { __typename shops { code } people(first: 2) { totalCount nodes { name } } } }"
        assert await ask(toy, document, CLERK) == {
            "desk": {
                "__typename": "Desk",
                "shops": [{"code": "c5"}],
                "people": {"totalCount": 3, "nodes": [{"name": "Ann"}, {"name": "Bo"}]},
            }
        }

    async def test_embedded_and_computed(self, toy: Connection) -> None:
        document = "query($id: ID) { person(id: $id) { me home { a: street __typename street } } }"
        assert await ask(toy, document) == {
            "person": {"me": True, "home": {"a": 'Elm "Street" 1', "__typename": "Home", "street": 'Elm "Street" 1'}}
        }
        assert await ask(toy, document, id=public("U", 2)) == {"person": {"me": False, "home": None}}
