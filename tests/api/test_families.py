"""Families through the whole application: the documents that phones send, who sees whom, and what it costs."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain import citizen_number
from domain.enums import CareScope, DocumentType, VerificationPurpose
from domain.families import of_age_at
from domain.ids import PublicId
from domain.times import shanghai_day, to_text
from domain.viewer import Viewer
from ecard.settings import Settings
from tests.api.asking import Asker, id_of
from tests.api.documents import CARD, PRESENT, VERIFY
from tests.api.family_documents import ADD, CARERS, FAMILY, REMOVE, UPDATE
from tests.api.test_subscriptions import Watch, both, following
from tests.resolvers.world import Person, public, scan, somebody
from tests.support.market import Market

Know = Callable[..., Person]
ALL = [str(scope) for scope in CareScope]


@pytest.fixture
def know(settings: Settings) -> Know:
    """Tells the application's registry of a person: `documents` beside their own, `guardians`, `born` (a day)."""

    def tell(person: Person, *documents: Person, guardians: tuple[Person, ...] = (), born: date | None = None) -> Person:
        assert settings.identity_file is not None
        people = json.loads(settings.identity_file.read_text("utf-8"))
        entry = {
            "name": person.name,
            "phone": person.phone,
            "documents": [one.document for one in (person, *documents)],
            "guardians": [one.document for one in guardians],
            "sex": "FEMALE",
            "birthDate": born and born.isoformat(),
        }
        settings.identity_file.write_text(json.dumps([*people, entry]), "utf-8")
        return person

    return tell


def born(day: date, **changes: Any) -> Person:
    """Somebody without a phone who was born on that day, a girl."""
    serial = int(str(somebody().phone)[-3:]) // 2 * 2
    return somebody(number=citizen_number.complete(f"440304{day:%Y%m%d}{serial:03d}"), phone=None, **changes)


def child_of(know: Know, *guardians: Person) -> Person:
    """A child of nine or ten years."""
    return know(born(date(datetime.now(UTC).year - 10, 12, 31), name="李小宝"), guardians=guardians)


def wish(person: Person, scopes: list[str] | None = None, **given: Any) -> dict[str, Any]:
    """The input by which somebody is added."""
    whom = {"fullName": person.name, "document": person.document}
    return {**whom, "relationship": "CHILD", "scopes": ALL if scopes is None else scopes, **given}


async def agreed(asker: Asker, person: Person, *scopes: str) -> dict[str, Any]:
    """The same of an adult, with a code that was sent to them."""
    code = await asker.world.code_for(str(person.phone), VerificationPurpose.ADD_FAMILY_MEMBER)
    return wish(person, list(scopes), phone=person.phone, verificationCode=code, relationship="PARENT")


async def added(asker: Asker, viewer: Viewer, given: dict[str, Any]) -> Any:
    payload = await asker.change(viewer, ADD, **given)
    assert payload["userErrors"] == []
    return payload["familyMember"]


async def remove(asker: Asker, viewer: Viewer, id: str) -> Any:
    return (await asker.data(viewer, REMOVE, id=id))["removeFamilyMember"]


async def carers(asker: Asker, viewer: Viewer, resident_id: str) -> Any:
    found = (await asker.data(viewer, CARERS, residentId=resident_id))["resident"]
    return found and found["carers"]


async def test_a_child_is_added_seen_and_removed(asker: Asker, know: Know, statements: list[str]) -> None:
    parent = somebody(name="李芳")
    carer = await asker.world.resident(parent)
    child, other = child_of(know, parent), child_of(know, parent)
    await added(asker, carer, wish(other))
    statements.clear()
    member = await added(asker, carer, wish(child, ["RECORDS", "CARD"]))
    assert len(statements) == 29
    until = to_text(of_age_at(date.fromisoformat(child.number[6:14])))
    granted = {"relationship": "CHILD", "scopes": ["CARD", "RECORDS"], "expiresAt": until}
    person = member["resident"]
    assert member == {"id": member["id"], **granted, "resident": {"id": person["id"], "fullName": "李小宝", "card": person["card"]}}
    family = (await asker.data(carer, FAMILY))["me"]["familyMembers"]
    shown = {"id": person["id"], "fullName": "李小宝", "card": {**person["card"], "status": "ACTIVE"}}
    assert family[0] == {**member, "resident": shown}
    assert len(family) == 2
    statements.clear()
    (listed,) = await carers(asker, carer, person["id"])
    assert len(statements) == 1
    assert listed == {"id": listed["id"], "carerName": "李芳", **granted}
    statements.clear()
    assert await remove(asker, carer, member["id"]) == {"removedId": member["id"], "userErrors": []}
    assert len(statements) == 10
    assert [one["id"] for one in (await asker.data(carer, FAMILY))["me"]["familyMembers"]] == [family[1]["id"]]
    (again,) = (await remove(asker, carer, listed["id"]))["userErrors"]
    assert again["code"] == "NOT_FOUND"


async def test_an_adult_agrees_sees_the_carer_and_ends_it(asker: Asker, know: Know, statements: list[str]) -> None:
    parent = know(somebody())
    carer, known = await asker.world.resident(somebody(name="李芳")), await asker.world.resident(parent)
    given = await agreed(asker, parent, "BILLS")
    await asker.data(carer, "{ me { id } }")  # who asks is known from here on
    statements.clear()
    member = await added(asker, carer, given)
    assert len(statements) == 18
    # Without CARD the name alone, and nothing of who else cares.
    assert member["resident"] == {"id": id_of(known), "fullName": parent.name, "card": None}
    assert await carers(asker, carer, id_of(known)) == []
    (listed,) = await carers(asker, known, id_of(known))
    assert (listed["carerName"], listed["relationship"], listed["expiresAt"]) == ("李芳", "PARENT", None)
    assert await carers(asker, await asker.world.resident(), id_of(known)) is None
    node = "query($id: ID!) { node(id: $id) { id ... on Carer { carerName createdAt } } }"
    assert (await asker.data(known, node, id=listed["id"]))["node"]["carerName"] == "李芳"
    for stranger in (carer, await asker.world.resident()):
        assert (await asker.data(stranger, node, id=listed["id"]))["node"] is None
    assert (await remove(asker, known, listed["id"]))["removedId"] == listed["id"]
    assert (await asker.data(carer, FAMILY))["me"]["familyMembers"] == []


async def test_what_a_carer_reads_of_the_others_is_in_the_access_log(asker: Asker, know: Know) -> None:
    parent, other = somebody(), somebody()
    carer, child = await asker.world.resident(parent), child_of(know, parent, other)
    member = await added(asker, carer, wish(child))
    await added(asker, await asker.world.resident(other), wish(child))
    assert len(await carers(asker, carer, member["resident"]["id"])) == 2
    found = PublicId.decode(member["resident"]["id"])
    assert found is not None
    logged = "select kinds, purpose from access_log where resident_id = $1 order by id desc limit 1"
    assert await asker.world.rows(logged, found.id) == [{"kinds": ["IDENTITY"], "purpose": "FAMILY"}]


async def test_a_removed_carer_is_so_at_the_next_request(asker: Asker, know: Know, statements: list[str]) -> None:
    """On the way that is hot, too: the same document, compiled before, with the same token."""
    parent = know(somebody())
    carer, known = await asker.world.resident(), await asker.world.resident(parent)
    member = await added(asker, carer, await agreed(asker, parent, "CARD"))
    for _ in range(2):
        statements.clear()
        shown = (await asker.data(carer, CARD, residentId=id_of(known)))["resident"]
        assert (len(statements), shown["card"]["status"]) == (1, "ACTIVE")
    assert (await asker.change(carer, PRESENT, purpose="IDENTIFY", residentId=id_of(known)))["userErrors"] == []
    await remove(asker, known, member["id"])
    statements.clear()
    assert (await asker.data(carer, CARD, residentId=id_of(known)))["resident"] is None
    assert len(statements) == 1
    (error,) = (await asker.change(carer, PRESENT, purpose="IDENTIFY", residentId=id_of(known)))["userErrors"]
    assert error["code"] == "NOT_FOUND"


@both
async def test_a_removed_carer_hears_nothing_more(market: Market, know: Know, watch: Watch) -> None:
    asker, parent = market.asker, know(somebody())
    carer, known = await asker.world.resident(), await asker.world.resident(parent)
    member = await added(asker, carer, await agreed(asker, parent, "BILLS"))
    payment = await market.started(known, await market.bill(known, await asker.world.institution()))
    async with watch(market, carer, payment) as events:
        assert (await following(events))["status"] == "PENDING"
        await remove(asker, known, member["id"])
        await market.cancel(known, payment)
        assert await following(events) is None
        assert await following(events) == "the end"


async def test_a_newborn_keeps_card_and_history_with_the_first_number(asker: Asker, know: Know) -> None:
    """Added by the birth certificate, scanned, given the number, scanned again: the same card, and the certificate leads to it."""
    mother, today = somebody(), shanghai_day(datetime.now(UTC))
    number = "T" + str(somebody().phone)[2:]
    newborn = somebody(document_type=DocumentType.BIRTH_CERTIFICATE, number=number, name="李小宝", phone=None)
    first = born(today, name="李小宝")
    know(newborn, first, guardians=(mother,), born=today)
    carer, hospital = await asker.world.resident(mother), await asker.world.institution()
    member = await added(asker, carer, wish(newborn))
    child = member["resident"]

    async def scanned() -> Any:
        shown = await asker.change(carer, PRESENT, purpose="IDENTIFY", residentId=child["id"])
        given = scan(shown["code"]["text"])
        terminal = {"id": "W-1", "kind": "WINDOW"}
        payload = await asker.change(
            hospital, VERIFY, code=given["code"], careStep="REGISTER", careSetting="OUTPATIENT", terminal=terminal
        )
        assert payload["userErrors"] == []
        return payload["visit"]

    before = await scanned()
    assert before["resident"]["documentNumberMasked"].startswith("T")
    payload = await asker.change(carer, UPDATE, residentId=child["id"], document=first.document)
    assert payload["userErrors"] == []
    assert payload["resident"]["documentNumberMasked"][-4:] == first.number[-4:]
    after = await scanned()
    assert (after["card"], after["resident"]["id"]) == (before["card"], before["resident"]["id"])
    assert after["resident"]["documentNumberMasked"] == payload["resident"]["documentNumberMasked"]
    found = PublicId.decode(child["id"])
    assert found is not None
    former = await asker.world.rows("select document_type from former_document where resident_id = $1", found.id)
    assert former == [{"document_type": "BIRTH_CERTIFICATE"}]
    assert (await added(asker, carer, wish(newborn)))["id"] == member["id"]
    assert (await added(asker, carer, wish(first)))["id"] == member["id"]
    visits = "select count(*) from visit where resident_id = $1"
    assert await asker.world.value(visits, found.id) == 2


async def test_a_stranger_is_told_the_same_of_everybody(asker: Asker, know: Know) -> None:
    """Of a child with a card, one that nobody knows, and one that there is not."""
    parent = somebody()
    carer, stranger = await asker.world.resident(parent), await asker.world.resident()
    known, unknown, none = child_of(know, parent), child_of(know, parent), born(date(2020, 2, 2))
    await added(asker, carer, wish(known))
    answers = [await asker.change(stranger, ADD, **wish(child)) for child in (known, unknown, none)]
    assert answers[0]["userErrors"][0]["code"] == "IDENTITY_NOT_VERIFIED"
    assert answers[0] == answers[1] == answers[2]
    found = PublicId.decode((await asker.data(carer, FAMILY))["me"]["familyMembers"][0]["id"])
    assert found is not None
    forged = public("M", found.id, stranger.resident_id)
    (error,) = (await remove(asker, stranger, forged))["userErrors"]
    assert error["code"] == "NOT_FOUND"


async def test_only_residents_add_and_remove(asker: Asker, know: Know) -> None:
    parent = somebody()
    carer, child = await asker.world.resident(parent), child_of(know, parent)
    narrow, hospital = asker.without(carer, "card:write"), await asker.world.institution()
    for viewer, code in ((narrow, "FORBIDDEN"), (hospital, "FORBIDDEN"), (None, "UNAUTHENTICATED")):
        for document, variables in ((ADD, {"input": wish(child)}), (REMOVE, {"id": "x"})):
            answer = await asker.whole(viewer, document, **variables)
            assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
