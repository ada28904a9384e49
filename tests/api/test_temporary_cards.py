"""A patient who is not known, from the ambulance to the bill that they pay themselves: the whole way, and what it costs."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from domain.enums import CareScope
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of, visit_id
from tests.api.bill_documents import ISSUE_BILL
from tests.api.documents import VERIFY
from tests.api.record_documents import RECORD_ALLERGY
from tests.api.temporary_card_documents import (
    BIND_TEMPORARY_CARD,
    BY_OPERATOR,
    FAMILY,
    ISSUE_TEMPORARY_CARD,
    UNDO_TEMPORARY_CARD_BINDING,
)
from tests.api.test_operations import operator
from tests.api.test_scan import scan
from tests.support.market import Market

TERMINAL = {"id": "ER-1", "kind": "WINDOW"}
UNKNOWN = {"sex": "FEMALE", "age": 30, "careStep": "DIAGNOSE", "careSetting": "OUTPATIENT", "terminal": TERMINAL}
ITEMS = [{"code": "C1", "name": "清创缝合", "quantity": "1", "unitPrice": "200"}]
LOG = "select actor_kind, care_step, kinds from access_log where resident_id = $1 order by entry"
BINDING = "query($id: ID!) { node(id: $id) { ... on CardBinding { reason undoReason card { id } } } }"


@dataclass
class Case:
    """A patient who is not known at a hospital, and the person who they will turn out to be. `issued`: the payload."""

    asker: Asker
    hospital: Viewer
    person: Viewer
    issued: Mapping[str, Any]

    @property
    def card(self) -> str:
        return str(self.issued["card"]["id"])

    @property
    def patient(self) -> str:
        return str(self.issued["visit"]["resident"]["id"])

    async def treated(self) -> None:
        """An allergy is written down, and a bill issued."""
        visit = self.issued["visit"]["id"]
        allergy = {"visitId": visit, "substance": "青霉素", "severity": "SEVERE", "idempotencyKey": f"A-{visit}"}
        assert (await self.asker.change(self.hospital, RECORD_ALLERGY, **allergy))["userErrors"] == []
        bill = {"visitId": visit, "number": f"N-{visit}", "items": ITEMS, "insured": "0", "idempotencyKey": visit}
        assert (await self.asker.change(self.hospital, ISSUE_BILL, **bill))["userErrors"] == []

    async def asked(self) -> dict[str, Any]:
        """The input that binds the card: the person has come to the window."""
        visit = await self.asker.world.verify(self.hospital, await self.asker.world.present(self.person))
        return {"cardId": self.card, "visitId": visit_id(visit), "reason": "家属带来身份证"}

    async def bound(self) -> Mapping[str, Any]:
        payload = await self.asker.change(self.hospital, BIND_TEMPORARY_CARD, **await self.asked())
        assert payload["userErrors"] == []
        return payload

    async def undone(self, by: Viewer | None = None) -> Mapping[str, Any]:
        given = {"cardId": self.card, "reason": "认错了人"}
        return await self.asker.change(by or self.hospital, UNDO_TEMPORARY_CARD_BINDING, **given)

    async def family(self, of: Viewer | None = None) -> list[Any]:
        """Whom they care for."""
        members: list[Any] = (await self.asker.data(of or self.person, FAMILY))["me"]["familyMembers"]
        return members

    async def scanned(self) -> str:
        """Whose visit the wristband opens."""
        payload = await self.asker.change(self.hospital, VERIFY, **scan(self.issued["code"]["text"]))
        return str(payload["visit"]["resident"]["id"])


async def issue(asker: Asker, hospital: Viewer, **changes: Any) -> Mapping[str, Any]:
    given = {**UNKNOWN, "idempotencyKey": os.urandom(8).hex(), **changes}
    return await asker.change(hospital, ISSUE_TEMPORARY_CARD, **given)


async def new_case(asker: Asker) -> Case:
    hospital = await asker.world.institution()
    issued = await issue(asker, hospital)
    assert issued["userErrors"] == []
    return Case(asker, hospital, await asker.world.resident(), issued)


@pytest.fixture
async def case(asker: Asker) -> Case:
    """Beside another one, who turned out to be somebody else."""
    noise = await new_case(asker)
    await noise.treated()
    await noise.bound()
    return await new_case(asker)


async def test_somebody_unknown_is_treated_at_once(asker: Asker, statements: list[str]) -> None:
    hospital = await asker.world.institution()
    await issue(asker, hospital)
    statements.clear()
    payload = await issue(asker, hospital)
    # The key, institution, app, the number, resident and the head of their log, two handles, card, audit, visit, audit, the key's
    # result, payload.
    assert len(statements) == 14, "\n".join(statements)
    card, visit = payload["card"], payload["visit"]
    assert (card["status"], card["temporary"], card["binding"]) == ("ACTIVE", True, None)
    assert (visit["careStep"], visit["careSetting"]) == ("DIAGNOSE", "OUTPATIENT")
    name = f"无名氏{card['number'][-6:]}"
    born = f"{asker.world.now.year - 30}-01-01"
    assert visit["resident"] == {**visit["resident"], "fullName": name, "sex": "FEMALE", "birthDate": born}
    assert card["holder"] == {"fullName": name}
    assert payload["code"]["text"].endswith(":1")
    assert payload["code"]["svg"].startswith("<svg")


async def test_the_same_key_makes_one_patient(asker: Asker) -> None:
    hospital = await asker.world.institution()
    first, again = [await issue(asker, hospital, idempotencyKey="ER-1-1") for _ in range(2)]
    assert first["card"] == again["card"]
    refused = await issue(asker, hospital, idempotencyKey="ER-1-1", age=31)
    assert [error["code"] for error in refused["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_binding_costs_so_many_statements(case: Case, statements: list[str]) -> None:
    asked = await case.asked()
    statements.clear()
    payload = await case.asker.change(case.hospital, BIND_TEMPORARY_CARD, **asked)
    # Card, issuer, visit, person, two locks, is it bound, the binding, the holder's name and carers and those derived before, two
    # rows that are new, two of audit, the message and the workers woken, payload.
    assert len(statements) == 18, "\n".join(statements)
    assert payload["card"] == {"id": case.card, "temporary": True}
    assert payload["visit"]["resident"]["id"] == id_of(case.person)
    binding = payload["binding"]
    assert binding == {
        **binding,
        "reason": "家属带来身份证",
        "undoneAt": None,
        "undoReason": None,
        "institution": {"name": case.hospital.name},
        "card": {"id": case.card},
        "resident": {"id": id_of(case.person), "fullName": "王小明", "sex": None},
    }
    statements.clear()
    undone = await case.undone()
    # Card, issuer, is it bound, two locks, undone, what was derived, two rows that go, what the person was told, what was
    # handed out, two of audit, which it was, payload.
    assert len(statements) == 15, "\n".join(statements)
    assert undone["binding"] == {**undone["binding"], "id": binding["id"], "undoReason": "认错了人"}
    assert undone["card"] == {"id": case.card, "binding": {"id": binding["id"]}}


async def test_a_scan_of_a_card_that_is_not_temporary_costs_what_it_did(case: Case, statements: list[str]) -> None:
    code = await case.asker.world.present(case.person)
    statements.clear()
    await case.asker.change(case.hospital, VERIFY, **scan(code))
    usual = len(statements)
    assert not [one for one in statements if "card_binding" in one]
    statements.clear()
    await case.scanned()
    assert len(statements) == usual  # asked whose it is, and no nonce to use up
    await case.bound()
    statements.clear()
    await case.scanned()
    assert len(statements) == usual + 1  # and whose card counts


async def test_the_person_reads_what_was_written_of_the_patient(case: Case) -> None:
    await case.treated()
    assert await case.family() == []
    assert await case.scanned() == case.patient
    await case.bound()
    assert await case.scanned() == id_of(case.person)
    (member,) = await case.family()
    assert (member["relationship"], set(member["scopes"])) == ("SELF", set(CareScope))
    resident = member["resident"]
    assert (resident["id"], resident["card"]["id"]) == (case.patient, case.card)
    assert resident["card"]["binding"]["resident"] == {"fullName": "王小明"}
    assert [one["__typename"] for one in resident["healthRecord"]["nodes"]] == ["Allergy"]
    assert [bill["selfPaid"]["amount"] for bill in resident["bills"]["nodes"]] == ["200.00"]
    await case.undone()
    assert await case.family() == []
    assert await case.scanned() == case.patient
    # Their own record was never touched, and what was taken back they may still see.
    mine = await case.asker.data(case.person, "{ me { healthRecord { nodes { id } } bills { totalCount } } }")
    assert mine["me"] == {"healthRecord": {"nodes": []}, "bills": {"totalCount": 0}}


async def test_who_cares_for_the_person_reads_within_their_scopes(case: Case) -> None:
    carer, stranger = await case.asker.world.resident(), await case.asker.world.resident()
    await case.asker.world.care_for(case.person, carer, "BILLS")
    await case.treated()
    await case.bound()
    (member,) = await case.family(carer)
    assert (member["relationship"], member["scopes"]) == ("PARENT", ["BILLS"])
    assert member["resident"]["bills"]["nodes"] != []
    assert (member["resident"]["card"], member["resident"]["healthRecord"]["nodes"]) == (None, [])
    document = "query($id: ID!) { resident(id: $id) { fullName } }"
    assert (await case.asker.data(stranger, document, id=case.patient))["resident"] is None
    await case.undone()
    assert (await case.asker.data(carer, document, id=case.patient))["resident"] is None


async def test_who_reads_a_binding(case: Case) -> None:
    world = case.asker.world
    binding = (await case.bound())["binding"]["id"]
    other, carer = await world.institution(), await world.resident()

    async def seen(viewer: Viewer) -> Any:
        return (await case.asker.data(viewer, BINDING, id=binding))["node"]

    assert (await seen(case.hospital))["card"] == {"id": case.card}
    assert (await seen(case.person))["card"] == {"id": case.card}
    assert (await seen(other), await seen(carer)) == (None, None)
    await case.undone()
    # The person to whom it was bound by mistake reads of that, and no longer of the card.
    assert await seen(case.person) == {"reason": "家属带来身份证", "undoReason": "认错了人", "card": None}
    assert (await seen(case.hospital))["undoReason"] == "认错了人"


async def test_each_read_is_in_the_log_of_whom_it_is_about(case: Case) -> None:
    world = case.asker.world
    await case.bound()
    patient = await world.value("select resident_id from card_binding where bound_to = $1", case.person.resident_id)
    for resident_id in (patient, case.person.resident_id):
        last = (await world.rows(LOG, resident_id))[-1]
        assert (last["actor_kind"], last["care_step"]) == ("INSTITUTION", "DIAGNOSE" if resident_id == patient else "REGISTER")
    await case.family()
    last = (await world.rows(LOG, patient))[-1]
    assert (last["actor_kind"], last["care_step"]) == ("RESIDENT", None)


async def test_the_operator_binds_and_residents_do_not(case: Case) -> None:
    asked = await case.asked()
    whole = await case.asker.whole(case.person, BIND_TEMPORARY_CARD, input=asked)
    assert [error["extensions"]["code"] for error in whole["errors"]] == ["FORBIDDEN"]
    other = await case.asker.world.institution()
    refused = await case.asker.change(other, BIND_TEMPORARY_CARD, **asked)
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [("NOT_FOUND", ["cardId"])]
    payload = await case.asker.change(await operator(case.asker), BY_OPERATOR, **asked)
    assert payload["binding"] == {**payload["binding"], "reason": "家属带来身份证", "institution": {"name": case.hospital.name}}
    assert len(await case.family()) == 1


async def test_it_is_refused(case: Case) -> None:
    asked, person = await case.asked(), case.person
    for changes, code, field in (
        ({"visitId": case.issued["visit"]["id"]}, "WRONG_STATE", ["visitId"]),
        ({"reason": " "}, "INVALID_INPUT", ["reason"]),
        ({"cardId": case.issued["visit"]["id"]}, "NOT_FOUND", ["cardId"]),
    ):
        payload = await case.asker.change(case.hospital, BIND_TEMPORARY_CARD, **{**asked, **changes})
        assert (payload["card"], payload["visit"], payload["binding"]) == (None, None, None)
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert [error["code"] for error in (await case.undone())["userErrors"]] == ["WRONG_STATE"]
    await case.bound()
    case.person = await case.asker.world.resident()
    payload = await case.asker.change(case.hospital, BIND_TEMPORARY_CARD, **await case.asked())
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("CONFLICT", ["cardId"])]
    assert len(await case.family(person)) == 1
    too_old = await issue(case.asker, case.hospital, age=151)
    assert [(error["code"], error["field"]) for error in too_old["userErrors"]] == [("INVALID_INPUT", ["age"])]


async def test_the_person_pays_what_the_patient_owes(market: Market) -> None:
    case = await new_case(market.asker)
    await case.treated()
    carer, stranger = await market.world.resident(), await market.world.resident()
    await market.world.care_for(case.person, carer, "CARD")
    await case.bound()
    (member,) = await case.family()
    (bill,) = member["resident"]["bills"]["nodes"]
    for viewer, code in ((stranger, "NOT_FOUND"), (carer, "FORBIDDEN")):
        refused = await market.start(viewer, bill["id"])
        assert [error["code"] for error in refused["userErrors"]] == [code]
    payment = await market.started(case.person, bill["id"])
    await market.work()
    await market.pay(case.person, payment)
    await market.work()
    assert (await market.payment(case.person, payment))["bills"] == [{"id": bill["id"], "status": "PAID"}]
    (told,) = await market.world.rows(
        "select event, about_id, subject_letter from notification where resident_id = $1 and event = 'CARD_BOUND'",
        case.person.resident_id,
    )
    assert (told["about_id"], told["subject_letter"]) == (case.person.resident_id, "C")
