"""Notifications through the whole application: the documents that phones send, who reads what, in which language, at what cost."""

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.documents import HOME
from db import notifications
from domain.enums import CareScope
from domain.ids import new_id
from domain.notifications import NotificationEvent
from domain.viewer import Viewer
from tests.api.asking import Asker, id_of
from tests.api.notification_documents import MARK_READ, NOTIFICATIONS, UPDATE_PREFERENCES
from tests.support.market import Market, id_in

EVENT = NotificationEvent
DEFAULTS = {"language": "zh-CN", "channels": ["IN_APP", "SMS", "WECHAT", "PUSH"], "quietFrom": "22:00", "quietTo": "08:00"}
HOSPITAL = "市第九人民医院"


async def told(market: Market, resident: Viewer, subject: str, event: EVENT = EVENT.BILL_ISSUED) -> None:
    """The worker has told it."""
    assert resident.resident_id is not None
    now = datetime.now(UTC)
    async with market.pool.transaction() as connection:
        await notifications.put(connection, event, resident.resident_id, id_in(subject), new_id(now, os.urandom), now)
    await market.work()


async def listed(asker: Asker, viewer: Viewer, **given: Any) -> Any:
    return (await asker.data(viewer, NOTIFICATIONS, **{"first": 9, **given}))["me"]


@pytest.fixture
async def resident(market: Market) -> Viewer:
    """Beside somebody else who was told something."""
    other = await market.world.resident()
    await told(market, other, await market.bill(other, await market.world.institution()))
    return await market.world.resident()


async def test_what_somebody_was_told(market: Market, resident: Viewer) -> None:
    hospital = await market.world.institution()
    bills = [await market.bill(resident, hospital) for _ in range(2)]
    for bill in bills:
        await told(market, resident, bill)
    found = await listed(market.asker, resident, first=1)
    assert found["notificationPreferences"] == DEFAULTS
    [node] = found["notifications"]["nodes"]
    assert node == {
        "id": node["id"],
        "title": "A new bill",
        "body": f"{HOSPITAL} has issued a bill: you pay CNY 128.50. You can pay it with your health card.",
        "createdAt": node["createdAt"],
        "readAt": None,
        "resident": {"id": id_of(resident), "fullName": "王小明"},
        "subject": {"__typename": "Bill", "id": bills[1]},
    }
    page = found["notifications"]["pageInfo"]
    assert page["hasNextPage"]
    [second] = (await listed(market.asker, resident, after=page["endCursor"]))["notifications"]["nodes"]
    assert second["subject"]["id"] == bills[0]


async def test_each_request_is_answered_in_its_language_and_else_in_the_readers(market: Market, resident: Viewer) -> None:
    await told(market, resident, await market.bill(resident, await market.world.institution()))

    async def title(language: str) -> Any:
        answer = await market.asker.whole(resident, NOTIFICATIONS, language, first=1)
        return answer["data"]["me"]["notifications"]["nodes"][0]["title"]

    assert [await title(language) for language in ("en", "zh-CN", "fr")] == ["A new bill", "有新账单", "有新账单"]
    await market.asker.change(resident, UPDATE_PREFERENCES, language="en")
    assert [await title(language) for language in ("en", "zh-CN", "fr")] == ["A new bill", "有新账单", "A new bill"]


async def test_a_carer_reads_whom_it_is_about_and_its_subject_as_long_as_they_may(market: Market, resident: Viewer) -> None:
    child, hospital = await market.world.resident(), await market.world.institution()
    await market.world.rows("update resident set phone_sealed = null where resident_id = $1", child.resident_id)
    await market.world.rows("update session set ended_at = now() where resident_id = $1", child.resident_id)
    await market.world.care_for(child, resident, CareScope.BILLS)
    bill = await market.bill(child, hospital)
    await told(market, child, bill)
    [node] = (await listed(market.asker, resident))["notifications"]["nodes"]
    assert node["body"].startswith("For *小明: ")
    assert (node["resident"]["id"], node["subject"]) == (id_of(child), {"__typename": "Bill", "id": bill})
    # Of a list, nothing is the other's: nobody reads what somebody else was told.
    theirs = "query($id: ID) { resident(id: $id) { notifications { totalCount } notificationPreferences { language } } }"
    assert (await market.asker.data(resident, theirs, id=id_of(child)))["resident"] == {
        "notifications": {"totalCount": 0},
        "notificationPreferences": None,
    }
    await market.world.rows("delete from carer where resident_id = $1", child.resident_id)
    [node] = (await listed(market.asker, resident))["notifications"]["nodes"]
    assert (node["resident"], node["subject"], node["title"]) == (None, None, "A new bill")


async def test_a_subject_that_the_session_may_not_read_is_null(market: Market, resident: Viewer) -> None:
    await told(market, resident, await market.bill(resident, await market.world.institution()))
    narrow = market.asker.without(resident, "bill:read", "payment:read")
    [node] = (await listed(market.asker, narrow))["notifications"]["nodes"]
    assert node["subject"] is None


async def test_what_is_read_is_unread_no_more(market: Market, resident: Viewer) -> None:
    hospital, asker = await market.world.institution(), market.asker
    for _ in range(3):
        await told(market, resident, await market.bill(resident, hospital))
    unread = "{ me { notifications(first: 3, unreadOnly: true) { totalCount nodes { id } } } }"
    all_of_them = [node["id"] for node in (await asker.data(resident, unread))["me"]["notifications"]["nodes"]]
    read = (await asker.data(resident, MARK_READ, ids=all_of_them[:1]))["markNotificationsRead"]
    assert read == {"unreadCount": 2, "userErrors": []}
    assert (await asker.data(resident, unread))["me"]["notifications"] == {
        "totalCount": 2,
        "nodes": [{"id": id} for id in all_of_them[1:]],
    }
    assert [node["readAt"] is None for node in (await listed(asker, resident))["notifications"]["nodes"]] == [False, True, True]
    assert (await asker.data(resident, MARK_READ))["markNotificationsRead"]["unreadCount"] == 0
    assert (await asker.data(resident, unread))["me"]["notifications"] == {"totalCount": 0, "nodes": []}


async def test_nobody_marks_what_is_another_persons(market: Market, resident: Viewer) -> None:
    other, asker = await market.world.resident(), market.asker
    await told(market, other, await market.bill(other, await market.world.institution()))
    [node] = (await listed(asker, other))["notifications"]["nodes"]
    for ids in ([node["id"]], ["nonsense"]):
        refused = (await asker.data(resident, MARK_READ, ids=ids))["markNotificationsRead"]
        assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [("NOT_FOUND", ["ids"])]
    refused = (await asker.data(resident, MARK_READ, ids=[node["id"]] * 101))["markNotificationsRead"]
    assert [error["code"] for error in refused["userErrors"]] == ["INVALID_INPUT"]
    assert (await asker.data(other, MARK_READ, ids=[]))["markNotificationsRead"]["unreadCount"] == 1


async def test_preferences_are_what_was_chosen_last(market: Market, resident: Viewer) -> None:
    asker = market.asker

    async def chosen(**given: Any) -> Any:
        payload = await asker.change(resident, UPDATE_PREFERENCES, **given)
        assert payload["userErrors"] == []
        return payload["preferences"]

    quiet = {"quietFrom": "21:30", "quietTo": "07:00"}
    assert await chosen() == DEFAULTS
    assert await chosen(**quiet) == {**DEFAULTS, **quiet}
    assert await chosen(channels=["PUSH", "IN_APP"], language="en") == {"language": "en", "channels": ["IN_APP", "PUSH"], **quiet}
    none: dict[str, Any] = {"language": "en", "channels": [], "quietFrom": None, "quietTo": None}
    assert await chosen(channels=[], quietFrom="09:00", quietTo="09:00") == none
    assert await chosen(quietFrom=None, quietTo=None, language=None, channels=None) == none
    assert (await listed(asker, resident))["notificationPreferences"] == none
    assert (await listed(asker, await market.world.resident()))["notificationPreferences"] == DEFAULTS


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"quietFrom": "22:00"}, "quietTo"),
        ({"quietTo": "08:00"}, "quietFrom"),
        ({"quietFrom": "22:00", "quietTo": None}, "quietTo"),
    ],
)
async def test_preferences_that_make_no_sense(market: Market, resident: Viewer, given: dict[str, Any], field: str) -> None:
    payload = await market.asker.change(resident, UPDATE_PREFERENCES, **given)
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("INVALID_INPUT", [field])]
    assert payload["preferences"] is None


async def test_it_needs_its_scopes(market: Market, resident: Viewer) -> None:
    narrow = market.asker.without(resident, "notification:read", "notification:write")
    for document, given in ((NOTIFICATIONS, {"first": 1}), (MARK_READ, {}), (UPDATE_PREFERENCES, {"input": {}})):
        answer = await market.asker.whole(narrow, document, **given)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


UNREAD = """{ me { notifications(first: 3, unreadOnly: true) { totalCount nodes { id title body createdAt } } } }"""
MANY = """
insert into notification
select resident_id, gen_random_uuid(), 'BILL_ISSUED', resident_id, 'G', gen_random_uuid(), true, '', '', '', '', now(),
       case when n % 10 > 0 then now() end
from resident, generate_series(1, 200) n where resident_id = any($1)
"""


async def test_the_home_screen_finds_what_is_unread_by_its_index(market: Market, resident: Viewer, statements: list[str]) -> None:
    others = [(await market.world.resident()).resident_id for _ in range(9)]
    await market.asker.data(resident, UNREAD)
    statements.clear()
    await market.asker.data(resident, UNREAD)
    home = next(sql for sql in statements if "api.notification" in sql)
    async with market.pool.connection() as connection:
        kept = connection.transaction()
        await kept.start()
        await connection.execute(MANY, [*others, resident.resident_id])
        await connection.execute("analyze notification_all")
        await connection.execute(f"set local plan_cache_mode = force_generic_plan; prepare home as {home}")
        plan = "\n".join(row[0] for row in await connection.fetch("explain execute home(null, null)"))
        await connection.execute("deallocate home")
        await kept.rollback()
    assert plan.count("notification_all_resident_id_id_idx") == 2, plan
    assert "Seq Scan" not in plan


async def test_the_home_screen_is_one_statement(market: Market, resident: Viewer, statements: list[str]) -> None:
    hospital = await market.world.institution()
    for _ in range(4):
        await told(market, resident, await market.bill(resident, hospital))
    await market.asker.data(resident, HOME)
    statements.clear()
    home = await market.asker.data(resident, HOME)
    assert (home["me"]["notifications"]["totalCount"], len(home["me"]["notifications"]["nodes"])) == (4, 3)
    assert len(home["resident"]["bills"]["nodes"]) == 4
    assert len(statements) == 1, "\n".join(statements)


async def test_what_it_costs(market: Market, resident: Viewer, statements: list[str]) -> None:
    """A list is one statement; a change of preferences, the payload's included, six; reading, three."""
    await told(market, resident, await market.bill(resident, await market.world.institution()))
    asker = market.asker
    [node] = (await listed(asker, resident))["notifications"]["nodes"]
    for document, given, many in (
        (NOTIFICATIONS, {"first": 9}, 1),
        (UPDATE_PREFERENCES, {"input": {"language": "en"}}, 6),
        (MARK_READ, {"ids": [node["id"]]}, 2),
        (MARK_READ, {}, 2),
    ):
        statements.clear()
        await asker.data(resident, document, **given)
        assert len(statements) == many, "\n".join(statements)
