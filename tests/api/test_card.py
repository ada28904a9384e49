"""A resident and their card, through the whole application."""

from typing import Any

import pytest
import segno

from domain.enums import CodePurpose
from domain.ids import PublicId
from tests.api.asking import Asker, id_of
from tests.api.documents import APPLY, CARD, PRESENT, WALLET
from tests.resolvers.world import public, somebody


async def test_own_card_is_one_statement(asker: Asker, statements: list[str]) -> None:
    resident = await asker.world.resident()
    await asker.data(resident, CARD)
    statements.clear()
    shown = (await asker.data(resident, CARD))["resident"]
    assert len(statements) == 1
    assert shown["id"] == id_of(resident)
    assert shown["card"]["status"] == "ACTIVE"
    assert shown["card"]["image"] == {"status": "PENDING", "url": None}


async def test_wallet_of_a_family_is_one_statement_and_is_logged(asker: Asker, statements: list[str]) -> None:
    carer, child, stranger = [await asker.world.resident() for _ in range(3)]
    await asker.world.care_for(child, carer, "CARD")
    await asker.world.care_for(stranger, child, "CARD")
    await asker.world.rows(
        "insert into family_member select carer_id, id, resident_id, relationship, scopes, created_at, expires_at from carer"
        " where carer_id = any($1) returning id",
        [carer.resident_id, child.resident_id],
    )
    await asker.data(carer, WALLET)
    statements.clear()
    me = (await asker.data(carer, WALLET))["me"]
    assert len(statements) == 1
    assert [member["resident"]["card"]["status"] for member in me["familyMembers"]] == ["ACTIVE"]
    logged = "select count(*) from access_log where resident_id = $1 and actor_id = $2"
    assert await asker.world.value(logged, child.resident_id, carer.resident_id) == 2
    assert await asker.world.value(logged, carer.resident_id, carer.resident_id) == 0


async def test_carer_without_the_scope_sees_the_name_alone(asker: Asker) -> None:
    carer, parent = await asker.world.resident(), await asker.world.resident()
    await asker.world.care_for(parent, carer, "BILLS")
    seen = (await asker.data(carer, CARD, residentId=id_of(parent)))["resident"]
    assert {name: value for name, value in seen.items() if value is not None} == {
        "id": id_of(parent),
        "fullName": "王小明",
    }
    refused = await asker.change(carer, PRESENT, purpose="IDENTIFY", residentId=id_of(parent))
    assert refused["code"] is None
    assert refused["userErrors"][0]["code"] in ("FORBIDDEN", "NOT_FOUND")


async def test_somebody_elses_things_are_as_if_they_were_not(asker: Asker) -> None:
    mine, theirs = await asker.world.resident(), await asker.world.resident()
    row = (await asker.world.rows("select id from card where resident_id = $1", theirs.resident_id))[0]
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [public("C", row["id"], theirs.resident_id), id_of(theirs), id_of(mine), "none"]
    assert (await asker.data(mine, document, ids=ids))["nodes"] == [None, None, {"id": ids[2]}, None]


async def test_card_of_another_under_ones_own_name_is_not_found(asker: Asker) -> None:
    mine, theirs = await asker.world.resident(), await asker.world.resident()
    row = (await asker.world.rows("select id from card where resident_id = $1", theirs.resident_id))[0]
    forged = PublicId("C", row["id"], mine.resident_id).encode()
    assert (await asker.data(mine, "query($id: ID!) { node(id: $id) { id } }", id=forged))["node"] is None


async def test_refusal_is_data_in_the_readers_language_with_the_path_in_the_input(asker: Asker) -> None:
    person = somebody()
    given = {
        "fullName": person.name,
        "document": {"type": "RESIDENT_ID", "number": person.number[:-1] + ("1" if person.number[-1] != "1" else "2")},
        "phone": person.phone,
        "verificationCode": "000000",
    }
    texts = []
    for language in ("en", "zh-CN"):
        answer = await asker.whole(None, APPLY, language, input=given)
        assert "errors" not in answer
        payload = answer["data"]["applyForCard"]
        assert payload["card"] is None
        assert payload["session"] is None
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == ("INVALID_DOCUMENT", ["document", "number"])
        texts.append(error["message"])
    assert texts[0].isascii()
    assert not texts[1].isascii()


async def test_picture_is_drawn_only_when_it_is_asked_for(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    resident = await asker.world.resident()
    payload = await asker.change(resident, PRESENT, purpose=CodePurpose.IDENTIFY)
    assert payload["code"]["svg"].startswith("<svg")
    monkeypatch.setattr("segno.make_qr", None)
    document = "mutation($input: PresentCardInput!) { presentCard(input: $input) { code { text } } }"
    assert (await asker.change(resident, document, purpose="PAY"))["code"]["text"].startswith("EC1:")


async def test_picture_is_drawn_once_under_all_its_names(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = segno.make_qr

    def counted(text: str, **given: Any) -> segno.QRCode:
        drawn.append(text)
        return draw(text, **given)

    monkeypatch.setattr("segno.make_qr", counted)
    document = "mutation($input: PresentCardInput!) { presentCard(input: $input) { code { text a: svg b: svg } c: code { svg } } }"
    payload = await asker.change(await asker.world.resident(), document, purpose="IDENTIFY")
    assert payload["code"]["a"] == payload["code"]["b"] == payload["c"]["svg"]
    assert drawn == [payload["code"]["text"]]


async def test_sign_in_and_scopes_are_asked_before_anything_runs(asker: Asker, statements: list[str]) -> None:
    resident = await asker.world.resident()
    signed_out = await asker.whole(None, CARD)
    fewer = await asker.whole(asker.without(resident, "card:write"), PRESENT, input={"purpose": "PAY"})
    assert [answer["errors"][0]["extensions"]["code"] for answer in (signed_out, fewer)] == ["UNAUTHENTICATED", "FORBIDDEN"]
    assert not [text for text in statements if "api." in text]


async def test_me_and_client_are_each_null_for_the_other(asker: Asker) -> None:
    resident, hospital = await asker.world.resident(), await asker.world.institution()
    document = "{ me { id } client { id institution { name } } institution { name } }"
    mine = await asker.data(resident, document)
    assert mine["me"]["id"] == id_of(resident)
    assert (mine["client"], mine["institution"]) == (None, None)
    theirs = await asker.data(hospital, document)
    assert theirs["me"] is None
    assert theirs["client"]["institution"] == theirs["institution"] == {"name": hospital.name}
