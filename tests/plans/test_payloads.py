"""A mutation's payload: the rows that its resolver made, read by one statement, and what it provides itself."""

import json
from typing import Any

from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, parse, validate
from graphql.execution.values import VariableValues

from domain.ids import PublicId
from plans.collect import Collector
from plans.plan import Connection, PayloadPlan, compile_payload, fragments_of
from plans.values import Values
from tests.plans.toy import ANN, BO, SOURCE, number


def compiled(selection: str, more: str = "") -> PayloadPlan:
    """The plan of what `addPet` answers."""
    document = parse(f'mutation {{ addPet(name: "x") {{ {selection} }} }} {more}')
    assert not validate(SOURCE.schema, document)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    payload = SOURCE.schema.type_map["AddPetPayload"]
    assert isinstance(payload, GraphQLObjectType)
    none = VariableValues({}, {})
    return compile_payload(SOURCE, payload, Collector(SOURCE.schema, fragments_of(document), none), [field], Values(none, ANN))


async def read(connection: Connection, plan: PayloadPlan, viewer: Any = ANN, **made: Any) -> Any:
    """The rows of the payload, as the viewer may read them."""
    assert plan.rows is not None
    return json.loads(await plan.rows.run(connection, Values(VariableValues({}, {}), viewer._replace(provided=made))))


def key(letter: str, n: int, person: int | None = None) -> PublicId:
    return PublicId(letter, number(n), None if person is None else number(person))


async def test_rows_that_were_made(toy: Connection) -> None:
    plan = compiled(
        "p: pet { name owner { name } } pets { name } ...S", "fragment S on AddPetPayload { shop { code } pet: pet { id } }"
    )
    answer = await read(
        toy, plan, new_pet=key("P", 21, 1), all_pets=[key("P", 22, 1), key("P", 99, 1), key("P", 21, 1)], shop=key("S", 81)
    )
    assert list(answer) == ["p", "pets", "shop", "pet"]
    assert answer["p"] == {"name": "pet 11", "owner": {"name": "Ann"}}
    assert answer["pets"] == [{"name": "pet 12"}, None, {"name": "pet 11"}]
    assert (answer["shop"], answer["pet"]) == ({"code": "c8"}, {"id": key("P", 21, 1).encode()})


async def test_what_was_not_made_is_null(toy: Connection) -> None:
    assert await read(toy, compiled("pet { name } pets { name } shop { code }")) == {"pet": None, "pets": [], "shop": None}


async def test_the_rules_hold_for_what_was_made(toy: Connection) -> None:
    assert await read(toy, compiled("pet { name }"), BO, new_pet=key("P", 21, 1)) == {"pet": None}


def test_what_the_resolver_provides_keeps_its_place() -> None:
    plan = compiled("code { uses u: uses __typename } __typename shop { code } c: code { text }")
    assert list(plan.fields) == ["code", "__typename", "shop", "c"]
    code = plan.fields["code"]
    assert code is not None
    assert (code[0], list(code[1])) == ("code", ["uses", "u", "__typename"])
    assert plan.fields["shop"] is None


def test_nothing_is_read_when_nothing_made_is_asked() -> None:
    assert compiled("code { text } __typename").rows is None
