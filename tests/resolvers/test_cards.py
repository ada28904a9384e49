"""The card, shown, printed, suspended, replaced, closed; and by whom."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.pool import Pool
from domain.codes import print_code
from domain.enums import CareStep, CodeForm, CodePurpose
from domain.keys import KeySet, SigningKey
from domain.limits import Limit
from domain.national import static_text
from domain.reading import CodeKind, open_code
from domain.refusals import (
    CardSuspended,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    Refusal,
    Revoked,
    WrongState,
)
from domain.viewer import Viewer, ViewerKind
from resolvers import cards
from resolvers.transaction import Made
from schema.changes import Resolve
from tests.domain.samples import noise
from tests.resolvers.world import World, new_world, public, somebody


async def printed(world: World, viewer: Viewer, **given: Any) -> tuple[str, str]:
    """(public id, text of the code on its page)."""
    key = (await world.change(cards.print_card, viewer, **given)).fields["printed_code"]
    (row,) = await world.rows("select handle, form from printed_code where resident_id = $1 and id = $2", key.resident_id, key.id)
    handle = bytes(row["handle"])
    text = static_text(handle) if row["form"] == "NATIONAL" else print_code(handle, world.tools.lookup)
    return public("P", key.id, key.resident_id), text


async def image_code(world: World, viewer: Viewer) -> str:
    """What the card's image holds."""
    national = await world.value("select national_id from card where resident_id = $1 order by id desc limit 1", viewer.resident_id)
    return static_text(bytes.fromhex(national))


def own(viewer: Viewer) -> str:
    assert viewer.resident_id is not None
    return public("R", viewer.resident_id)


@pytest.mark.parametrize("purpose", list(CodePurpose))
async def test_a_code_is_for_one_purpose_and_a_minute(world: World, purpose: CodePurpose) -> None:
    viewer = await world.resident()
    made = await world.change(cards.present_card, viewer, purpose=purpose)
    shown = made.fields["code"]
    assert (shown["purpose"], shown["svg"]()) == (purpose, f"<svg>{shown['text']}</svg>")
    assert timedelta(seconds=59) < shown["expires_at"] - world.now <= timedelta(seconds=60)
    code = open_code(shown["text"], world.tools.keys.public, world.tools.lookup, world.tools.national_key)
    assert (code.kind, code.purpose, code.expires) == (CodeKind.SIGNED, purpose, shown["expires_at"])
    national = await world.present(viewer, purpose, form=CodeForm.NATIONAL)
    code = open_code(national, world.tools.keys.public, world.tools.lookup, world.tools.national_key)
    assert (code.kind, code.purpose, code.expires) == (CodeKind.NATIONAL_DYNAMIC, purpose, shown["expires_at"])
    assert await world.present(viewer, purpose) != shown["text"]


@pytest.mark.parametrize(
    ("purpose", "scope"),
    [
        (CodePurpose.IDENTIFY, "CARD"),
        (CodePurpose.PAY, "BILLS"),
        (CodePurpose.COLLECT, "PRESCRIPTIONS"),
        (CodePurpose.RECORDS, "RECORDS"),
    ],
)
async def test_a_carer_shows_the_codes_of_what_is_entrusted(world: World, purpose: CodePurpose, scope: str) -> None:
    carer, parent, other = await world.resident(), await world.resident(), await world.resident()
    await world.care_for(parent, carer, scope)
    await world.care_for(other, carer, *({"CARD", "BILLS", "PRESCRIPTIONS", "RECORDS"} - {scope}))
    code = await world.present(carer, purpose, resident_id=own(parent))
    read = open_code(code, world.tools.keys.public, world.tools.lookup, world.tools.national_key)
    owner = await world.value("select resident_id from code_handle where handle = $1", read.handle)
    assert owner == parent.resident_id
    with pytest.raises(Forbidden):
        await world.present(carer, purpose, resident_id=own(other))


async def test_who_is_not_ones_own_to_care_for_is_as_good_as_nobody(world: World) -> None:
    viewer, other = await world.resident(), await world.resident()
    await world.care_for(viewer, other, "CARD")
    ended = await world.resident()
    await world.care_for(ended, viewer, "CARD", until=world.now)
    for id in (own(other), own(ended), public("R", viewer.session_id or world.app_id), "nonsense"):
        with pytest.raises(NotFound) as refused:
            await world.present(viewer, resident_id=id)
        assert refused.value.field == ("resident_id",)
    app = Viewer(ViewerKind.APP, client_id=world.client_id, app_id=world.app_id, scopes=frozenset({"card:write"}), name="app")
    with pytest.raises(Forbidden):
        await world.present(app)


@pytest.mark.parametrize(("form", "prefix"), [(CodeForm.PLATFORM, "EP1:"), (CodeForm.NATIONAL, "")])
async def test_each_print_has_a_handle_of_its_own(world: World, form: CodeForm, prefix: str) -> None:
    viewer, institution = await world.resident(), await world.institution()
    (first, text), (_, other) = [await printed(world, viewer, form=form, label=" 冰箱上 ") for _ in range(2)]
    assert text.startswith(prefix)
    assert text != other
    # As often as it is shown.
    assert await world.verify(institution, text)
    assert await world.verify(institution, text)
    await world.change(cards.revoke_printed_code, viewer, printed_code_id=first)
    with pytest.raises(Revoked):
        await world.verify(institution, text)
    assert await world.verify(institution, other)
    labels = await world.rows("select label from printed_code where resident_id = $1", viewer.resident_id)
    assert [row["label"] for row in labels] == ["冰箱上"] * 2


async def test_a_page_is_asked_for_and_can_be_fetched_no_longer_once_revoked(world: World) -> None:
    viewer = await world.resident()
    first, _ = await printed(world, viewer)
    await printed(world, viewer)
    files = "select status, revoked_at from file where resident_id = $1 and kind = 'PRINTED_CODE' order by id"
    assert [row["status"] for row in await world.rows(files, viewer.resident_id)] == ["PENDING"] * 2
    again = [await world.change(cards.revoke_printed_code, viewer, printed_code_id=first) for _ in range(2)]
    assert again[0].fields == again[1].fields
    assert [row["revoked_at"] is not None for row in await world.rows(files, viewer.resident_id)] == [True, False]


@pytest.mark.parametrize("label", ["长" * 51, "a\nb", "a\u2028b", "\u202eab", "a\u200bb"])
async def test_a_label_is_one_short_line(world: World, label: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await world.change(cards.print_card, await world.resident(), label=label)
    assert refused.value.field == ("label",)


async def test_a_label_may_have_a_family_in_it(world: World) -> None:
    viewer = await world.resident()
    await printed(world, viewer, label="👨\u200d👩\u200d👧 冰箱")
    assert (
        await world.value("select label from printed_code where resident_id = $1", viewer.resident_id) == "👨\u200d👩\u200d👧 冰箱"
    )


async def test_a_card_is_printed_and_replaced_only_so_often(pool: Pool) -> None:
    world = await new_world(pool, making_limits=(Limit(timedelta(hours=1), 2), Limit(timedelta(days=1), 3)))
    viewer, other = await world.resident(), await world.resident()

    async def refused(making: Awaitable[object]) -> datetime:
        with pytest.raises(RateLimited) as told:
            await making
        assert told.value.retry_at is not None
        return told.value.retry_at

    await printed(world, viewer)
    await world.change(cards.replace_card, viewer, reason="磨损")
    again = await refused(world.change(cards.replace_card, viewer, reason="磨损"))
    assert await refused(printed(world, viewer)) == again
    await printed(world, other)
    world.now = again
    await printed(world, viewer)
    assert await refused(printed(world, viewer)) > again + timedelta(hours=1)


async def test_somebody_elses_print_is_not_found(world: World) -> None:
    viewer, other = await world.resident(), await world.resident()
    theirs, _ = await printed(world, other)
    with pytest.raises(NotFound):
        await world.change(cards.revoke_printed_code, viewer, printed_code_id=theirs)
    await world.care_for(other, viewer, "CARD")
    made = await world.change(cards.revoke_printed_code, viewer, printed_code_id=theirs)
    assert made.fields["printed_code"].resident_id == other.resident_id


async def test_suspending_takes_effect_at_the_next_scan_and_ends_with_resuming(world: World) -> None:
    viewer, institution = await world.resident(), await world.institution()
    code, image = await world.present(viewer), await image_code(world, viewer)
    _, page = await printed(world, viewer)
    made = [await world.change(cards.suspend_card, viewer, reason="手机丢失") for _ in range(2)]
    assert made[0].fields == made[1].fields
    for text in (code, image, page):
        with pytest.raises(CardSuspended):
            await world.verify(institution, text)
    with pytest.raises(CardSuspended):
        await world.present(viewer)
    with pytest.raises(CardSuspended):
        await world.change(cards.print_card, viewer)
    await world.change(cards.resume_card, viewer)
    await world.change(cards.resume_card, viewer)
    for text in (code, image, page):
        assert await world.verify(institution, text)
    actions = await world.rows("select action, reason from audit where subject_id = $1 order by id", viewer.resident_id)
    done = [(row["action"], row["reason"]) for row in actions if row["action"] in ("card.suspended", "card.resumed")]
    assert done == [("card.suspended", "手机丢失"), ("card.resumed", None)]


@pytest.mark.parametrize("suspended", [False, True])
async def test_a_replaced_card_is_refused_in_every_form_and_the_new_one_accepted(world: World, suspended: bool) -> None:
    viewer, institution, stranger = await world.resident(), await world.institution(), await world.resident()
    old = [await world.present(viewer), await world.present(viewer, form=CodeForm.NATIONAL), await image_code(world, viewer)]
    old.append((await printed(world, viewer))[1])
    if suspended:
        await world.change(cards.suspend_card, viewer)
    made = await world.change(cards.replace_card, viewer, reason="钱包被盗")
    for text in old:
        with pytest.raises(Revoked):
            await world.verify(institution, text)
    rows = await world.rows(
        "select id, status, replaced_by, number from card where resident_id = $1 order by id", viewer.resident_id
    )
    assert [(row["status"], row["replaced_by"]) for row in rows] == [("REPLACED", made.fields["card"].id), ("ACTIVE", None)]
    assert rows[0]["number"] != rows[1]["number"]
    for text in (await world.present(viewer), await image_code(world, viewer), (await printed(world, viewer))[1]):
        assert await world.verify(institution, text)
    files = await world.rows("select subject_id, revoked_at from file where resident_id = $1", viewer.resident_id)
    standing = {row["subject_id"] for row in files if row["revoked_at"] is None}
    assert made.fields["card"].id in standing
    assert rows[0]["id"] not in standing
    assert await world.verify(institution, await world.present(stranger))


async def test_of_two_replacements_at_the_same_time_one_is_refused(world: World) -> None:
    viewer = await world.resident()
    done = await asyncio.gather(
        *(world.change(cards.replace_card, viewer, reason="丢失") for _ in range(2)), return_exceptions=True
    )
    assert await world.value("select count(*) from card where resident_id = $1 and status = 'ACTIVE'", viewer.resident_id) == 1
    made, refused = [one for one in done if isinstance(one, Made)], [one for one in done if not isinstance(one, Made)]
    # Either they met, or the second came after the first and replaced its card.
    assert [type(one) for one in refused] == [Conflict] * (2 - len(made))


async def test_a_closed_card_stays_closed(world: World) -> None:
    viewer, institution = await world.resident(), await world.institution()
    code = await world.present(viewer)
    await world.change(cards.close_card, viewer, reason="离开本市")
    await world.change(cards.close_card, viewer, reason="离开本市")
    with pytest.raises(Revoked):
        await world.verify(institution, code)
    changes: tuple[tuple[Resolve, dict[str, Any]], ...] = (
        (cards.suspend_card, {}),
        (cards.resume_card, {}),
        (cards.replace_card, {"reason": "丢失"}),
        (cards.print_card, {}),
    )
    for change, given in changes:
        with pytest.raises(WrongState):
            await world.change(change, viewer, **given)
    with pytest.raises(WrongState):
        await world.present(viewer)
    open_files = "select count(*) from file where resident_id = $1 and revoked_at is null"
    assert await world.value(open_files, viewer.resident_id) == 0


@pytest.mark.parametrize(("change", "given"), [(cards.replace_card, {"reason": " "}), (cards.close_card, {"reason": ""})])
async def test_replacing_and_closing_need_a_reason(world: World, change: Resolve, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        await world.change(change, await world.resident(), **given)
    assert refused.value.field == ("reason",)


@pytest.mark.parametrize(("scopes", "refusal"), [((), NotFound), (("BILLS", "RECORDS"), Forbidden), (("CARD",), None)])
async def test_a_card_is_changed_by_its_holder_and_by_carers_with_the_scope(
    world: World, scopes: tuple[str, ...], refusal: type[Refusal] | None
) -> None:
    carer, parent = await world.resident(), await world.resident()
    if scopes:
        await world.care_for(parent, carer, *scopes)
    changes: tuple[tuple[Resolve, dict[str, Any]], ...] = (
        (cards.print_card, {}),
        (cards.suspend_card, {}),
        (cards.resume_card, {}),
        (cards.replace_card, {"reason": "丢失"}),
        (cards.close_card, {"reason": "离开本市"}),
    )
    for change, given in changes:
        if refusal is None:
            await world.change(change, carer, resident_id=own(parent), **given)
        else:
            with pytest.raises(refusal):
                await world.change(change, carer, resident_id=own(parent), **given)
    status = await world.value("select status from card where resident_id = $1 order by id desc limit 1", parent.resident_id)
    assert status == ("CLOSED" if refusal is None else "ACTIVE")
    assert await world.value("select status from card where resident_id = $1", carer.resident_id) == "ACTIVE"


async def test_codes_stay_good_when_the_signing_key_is_rotated(world: World) -> None:
    viewer, institution = await world.resident(somebody()), await world.institution()
    code = await world.present(viewer)
    world.tools = replace(world.tools, keys=KeySet([SigningKey.new(noise("next")), world.tools.keys.current]))
    world.__post_init__()
    assert await world.verify(institution, code, CareStep.REGISTER)
    assert await world.verify(institution, await world.present(viewer))
