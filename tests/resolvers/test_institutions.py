"""Institutions join the platform; failed jobs are tried again; clients sign in with their credentials."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db import outbox
from db.outbox import Job, JobKind
from domain.enums import CareStep
from domain.ids import new_id
from domain.refusals import Conflict, InvalidInput, NotFound
from domain.scopes import OF_INSTITUTIONS
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.change import Asking
from resolvers import institutions, jobs
from resolvers.clients import Grant, authenticate, grant
from resolvers.transaction import Made
from tests.domain.samples import noise
from tests.resolvers.world import World, public, somebody

OPERATOR = Viewer(ViewerKind.APP, client_id=UUID(int=1), app_id=UUID(int=2), scopes=frozenset({"platform:write"}), name="运营")


def hospital(**changes: Any) -> dict[str, Any]:
    return {
        "code": f"H{somebody().phone}",
        "name": "南山区人民医院",
        "district": "南山区",
        "level": "三级甲等",
        "address": "桃园路89号",
        "accepts_outpatient": True,
        "accepts_inpatient": False,
        "care_steps": [CareStep.REGISTER, CareStep.PAY],
        **changes,
    }


async def register(world: World, **given: Any) -> Made:
    return await world.change(institutions.register_institution, OPERATOR, **given)


async def signed_in(world: World, client_id: str, secret: str, scopes: list[str] | None = None) -> Grant | None:
    async with world.changes.own(Asking(ANONYMOUS, "", "")) as tx:
        client = await authenticate(tx, client_id, secret)
        return None if client is None else grant(tx, client, scopes)


async def test_a_registered_institution_signs_in_with_the_secret_it_was_shown(world: World) -> None:
    made = await register(world, **hospital())
    client_id, secret = public("L", made.fields["client"].id), made.fields["secret"]
    granted = await signed_in(world, client_id, secret)
    assert granted is not None
    assert granted.scopes == OF_INSTITUTIONS
    token = world.tools.access_tokens.read(granted.access_token, world.now)
    assert (token.kind, token.subject, token.client_id) == (
        ViewerKind.INSTITUTION,
        made.fields["institution"].id,
        made.fields["client"].id,
    )
    (stored,) = await world.rows("select digest from client_secret where client_id = $1", made.fields["client"].id)
    assert secret.encode() not in stored["digest"]


async def test_wrong_credentials_are_nobodys(world: World) -> None:
    one, two = await register(world, **hospital()), await register(world, **hospital())
    client_id = public("L", one.fields["client"].id)
    assert await signed_in(world, client_id, two.fields["secret"]) is None
    assert await signed_in(world, public("L", UUID(int=9)), one.fields["secret"]) is None
    assert await signed_in(world, public("I", one.fields["institution"].id), one.fields["secret"]) is None
    assert await signed_in(world, client_id, "") is None


async def test_two_secrets_work_until_the_older_retires(world: World) -> None:
    made = await register(world, **hospital())
    id = made.fields["client"].id
    async with world.pool.transaction() as connection:
        await connection.execute(
            "update client_secret set retires_at = $2 where client_id = $1", *(id, world.now + timedelta(hours=1))
        )
    new = await world.secret_of(id)
    old = made.fields["secret"]
    assert [await signed_in(world, public("L", id), one) is not None for one in (old, new)] == [True, True]
    world.later(hours=1)
    assert [await signed_in(world, public("L", id), one) is not None for one in (old, new)] == [False, True]


async def test_a_token_has_the_scopes_that_were_asked_for(world: World) -> None:
    made = await register(world, **hospital())
    client_id, secret = public("L", made.fields["client"].id), made.fields["secret"]
    granted = await signed_in(world, client_id, secret, ["visit:read"])
    assert granted is not None
    assert granted.scopes == {"visit:read"}
    assert await signed_in(world, client_id, secret, ["visit:read", "platform:write"]) is None


async def test_a_code_is_one_institutions(world: World) -> None:
    given = hospital()
    done = await asyncio.gather(*(register(world, **given) for _ in range(3)), return_exceptions=True)
    refused = [one for one in done if isinstance(one, Conflict)]
    assert len(refused) == 2
    assert refused[0].field == ("code",)


@pytest.mark.parametrize("field", ["code", "name", "district", "level", "address"])
async def test_texts_must_say_something(world: World, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register(world, **hospital(**{field: " "}))
    assert refused.value.field == (field,)


async def test_what_an_institution_accepts_is_changed_and_the_rest_stays(world: World) -> None:
    id = (await register(world, **hospital())).fields["institution"].id
    other = (await register(world, **hospital())).fields["institution"].id
    stored = "select accepts_outpatient, accepts_inpatient, care_steps from institution where id = $1"
    before = await world.rows(stored, id)
    await world.change(institutions.update_institution, OPERATOR, institution_id=public("I", id), accepts_outpatient=False)
    assert await world.rows(stored, id) == [{**before[0], "accepts_outpatient": False}]
    steps = [CareStep.PAY, CareStep.REGISTER, CareStep.PAY]
    await world.change(institutions.update_institution, OPERATOR, institution_id=public("I", id), care_steps=steps)
    assert (await world.rows(stored, id))[0]["care_steps"] == ["PAY", "REGISTER"]
    assert await world.rows(stored, other) == before
    with pytest.raises(InvalidInput):
        await world.change(institutions.update_institution, OPERATOR, institution_id=public("I", id), care_steps=[])
    with pytest.raises(NotFound):
        await world.change(institutions.update_institution, OPERATOR, institution_id=public("I", UUID(int=5)))


async def test_where_an_institution_is_written_to(world: World) -> None:
    id = (await register(world, **hospital(email=" desk@clinic.example "))).fields["institution"].id
    other = (await register(world, **hospital())).fields["institution"].id

    async def stored() -> list[str | None]:
        return [await world.value("select email from institution where id = $1", which) for which in (id, other)]

    async def update(**given: Any) -> list[str | None]:
        await world.change(institutions.update_institution, OPERATOR, institution_id=public("I", id), **given)
        return await stored()

    assert await stored() == ["desk@clinic.example", None]
    assert await update(accepts_inpatient=True) == ["desk@clinic.example", None]
    assert await update(email="new@clinic.example") == ["new@clinic.example", None]
    assert await update(email=None) == ["new@clinic.example", None]
    assert await update(email="") == [None, None]
    with pytest.raises(InvalidInput) as refused:
        await update(email="a@b.example\nBcc: c@d.example")
    assert refused.value.field == ("email",)


async def test_a_failed_job_is_tried_again_and_only_a_failed_one(world: World) -> None:
    failed, waiting = (new_id(world.now, noise(f"job {world.app_id} {n}")) for n in range(2))
    async with world.pool.transaction() as connection:
        for id in (failed, waiting):
            await outbox.put(connection, JobKind.SWEEP, {}, id, world.now)
        job = await outbox.start(connection, failed, world.now)
        assert isinstance(job, Job)
        assert await outbox.give_up(connection, job, world.now, "no")
    made = await world.change(jobs.retry_failed_job, OPERATOR, job_id=public("J", failed))
    assert made.fields["job"]["id"] == public("J", failed)
    assert made.fields["job"]["attempts"] == 0
    rows = await world.rows("select state, attempts from outbox where id = $1", failed)
    assert rows == [{"state": "waiting", "attempts": 0}]
    for job_id in (public("J", waiting), public("J", UUID(int=3)), "nonsense"):
        with pytest.raises(NotFound):
            await world.change(jobs.retry_failed_job, OPERATOR, job_id=job_id)


async def test_file_that_is_tried_again_waits_again(world: World) -> None:
    resident, stranger = await world.resident(), await world.resident()
    for person in (resident, stranger):
        await world.rows("update file set status = 'FAILED' where resident_id = $1", person.resident_id)
    of_resident = "select id from outbox where args ->> 'resident_id' = $1 order by id"
    render = (await world.rows(of_resident, str(resident.resident_id)))[0]
    await world.rows("update outbox set state = 'failed' where id = $1", render["id"])
    await world.change(jobs.retry_failed_job, OPERATOR, job_id=public("J", render["id"]))
    statuses = await world.rows("select status from file where resident_id = $1 order by status", resident.resident_id)
    assert [row["status"] for row in statuses] == ["FAILED", "PENDING"]
    assert await world.value("select count(*) from file where resident_id = $1 and status = 'PENDING'", stranger.resident_id) == 0
