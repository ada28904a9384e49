"""Codes by SMS."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest

from db import outbox, verification_codes
from db.outbox import Job, JobKind
from db.verification_codes import VerificationCode
from domain.enums import VerificationPurpose
from outside.errors import Transient
from tests.workers.city import fresh_id
from tests.workers.conftest import Clock, RecordingSms
from workers.notify import send_verification_code
from workers.tools import Tools

PHONE, CODE = "+8613800001111", "072815"


async def _asked(tools: Tools, purpose: VerificationPurpose, language: str, life: timedelta = timedelta(minutes=5)) -> Job:
    id, digest, now = fresh_id(), secrets.token_bytes(32), tools.clock()
    phone = tools.sealer.seal(PHONE, "verification_code", "phone_sealed", id)
    code = tools.sealer.seal(CODE, "verification_code", "code_sealed", id)
    row = VerificationCode(digest, id, purpose, phone, secrets.token_bytes(32), code, language, now, now + life)
    job_id = fresh_id()
    async with tools.pool.transaction() as connection:
        await verification_codes.insert(connection, row)
        args = {"phone_digest": digest.hex(), "id": str(id)}
        await outbox.put(connection, JobKind.SEND_VERIFICATION_CODE, args, job_id, now)
        job = await outbox.start(connection, job_id, now)
    assert job is not None
    return job


async def _state(tools: Tools, job: Job) -> tuple[str, bytes | None]:
    async with tools.pool.connection() as connection:
        state: str = await connection.fetchval("select state from outbox where id = $1", job.id)
        code = "select code_sealed from verification_code where id = $1"
        return state, await connection.fetchval(code, UUID(job.args["id"]))


SIGN_IN, CHANGE_PHONE, ADD = VerificationPurpose.SIGN_IN, VerificationPurpose.CHANGE_PHONE, VerificationPurpose.ADD_FAMILY_MEMBER


@pytest.mark.parametrize(
    ("purpose", "language", "text"),
    [
        (SIGN_IN, "zh-CN", "【深圳市健康卡】验证码 072815，用于登录或申领健康卡，5 分钟内有效。请勿告诉任何人。"),
        (CHANGE_PHONE, "zh-CN", "【深圳市健康卡】验证码 072815，用于更换手机号，5 分钟内有效。请勿告诉任何人。"),
        (ADD, "zh-CN", "【深圳市健康卡】验证码 072815，用于允许他人为您办理健康卡事务，5 分钟内有效。仅可告诉您信任的照护人。"),
        (
            CHANGE_PHONE,
            "en",
            "[Health e-card] 072815 is your code to change your phone number. It works for 5 minutes. Never pass it on.",
        ),
    ],
)
async def test_the_message_has_the_code_and_says_what_it_is_for(
    tools: Tools, sms: RecordingSms, purpose: VerificationPurpose, language: str, text: str
) -> None:
    job = await _asked(tools, purpose, language)
    await send_verification_code(tools, job)
    assert sms.sent == [(PHONE, text, str(job.id), CODE)]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("purpose", list(VerificationPurpose))
async def test_every_purpose_has_its_words(tools: Tools, sms: RecordingSms, purpose: VerificationPurpose, language: str) -> None:
    await send_verification_code(tools, await _asked(tools, purpose, language))
    [(_, text, _, _)] = sms.sent
    assert CODE in text


async def test_what_was_sent_is_done_and_nobody_can_read_it_here_any_more(tools: Tools, sms: RecordingSms) -> None:
    job = await _asked(tools, VerificationPurpose.SIGN_IN, "zh-CN")
    await send_verification_code(tools, job)
    assert await _state(tools, job) == ("done", None)
    await send_verification_code(tools, job)
    assert len(sms.sent) == 1


async def test_what_could_not_be_sent_is_sent_the_next_time(tools: Tools, sms: RecordingSms) -> None:
    job = await _asked(tools, VerificationPurpose.SIGN_IN, "zh-CN")
    sms.failures.append(Transient("The answer was 503."))
    with pytest.raises(Transient):
        await send_verification_code(tools, job)
    state, code = await _state(tools, job)
    assert state == "sent"
    assert code is not None
    await send_verification_code(tools, job)
    assert len(sms.sent) == 1


async def test_a_code_that_is_over_is_not_sent(tools: Tools, clock: Clock, sms: RecordingSms) -> None:
    job = await _asked(tools, VerificationPurpose.SIGN_IN, "zh-CN")
    clock.move(timedelta(minutes=5))
    await send_verification_code(tools, job)
    assert sms.sent == []
    assert await _state(tools, job) == ("done", None)
