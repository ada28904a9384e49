"""The files of a card, made by their job."""

import asyncio
import io
import secrets
import threading
from datetime import datetime
from typing import IO
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from db import files, outbox, printed_codes
from db.connection import Connection
from db.files import FileKind, NewFile
from db.outbox import Job, JobKind
from db.printed_codes import PrintedCode
from domain.codes import print_code
from domain.enums import CodeForm, FileStatus, ImageFormat
from domain.national import static_text
from tests.workers.city import HeldCard, add_cards, ask_for_image, fresh_id
from workers.files import file_failed, render_file
from workers.qr import card_image
from workers.tools import Tools


@pytest.fixture
async def card(tools: Tools) -> HeldCard:
    """A card among others."""
    async with tools.pool.transaction() as connection:
        [_, card, _] = await add_cards(connection, 3, name="𠮷·买买提")
    return card


async def _asked_for_image(tools: Tools, card: HeldCard, image_format: ImageFormat) -> NewFile:
    async with tools.pool.transaction() as connection:
        return await ask_for_image(connection, card, image_format)


async def _printed(tools: Tools, card: HeldCard, form: CodeForm) -> tuple[PrintedCode, NewFile]:
    handle = secrets.token_bytes(32 if form is CodeForm.NATIONAL else 16)
    code = PrintedCode(card.resident_id, fresh_id(), card.id, handle, form, "贴在冰箱上", tools.clock())
    key = secrets.token_urlsafe(32)
    file = NewFile(card.resident_id, fresh_id(), FileKind.PRINTED_CODE, code.id, "PDF", key, "application/pdf", tools.clock())
    async with tools.pool.transaction() as connection:
        await printed_codes.insert(connection, code)
        await files.insert(connection, file)
    return code, file


async def _job(tools: Tools, file: NewFile) -> Job:
    id = fresh_id()
    async with tools.pool.transaction() as connection:
        args = {"resident_id": str(file.resident_id), "id": str(file.id)}
        await outbox.put(connection, JobKind.RENDER_FILE, args, id, tools.clock())
        job = await outbox.start(connection, id, tools.clock())
    assert job is not None
    return job


async def _made(tools: Tools, file: NewFile) -> bytes:
    """What is fetched under the file's key."""
    async with tools.pool.connection() as connection:
        found = await files.fetch(connection, file.key, tools.clock())
    assert found is not None
    assert found.media_type == file.media_type
    return found.content


async def _status(tools: Tools, id: UUID) -> tuple[str, bytes | None]:
    async with tools.pool.connection() as connection:
        row = await connection.fetchrow("select status, content from file where id = $1", id)
    assert row is not None
    return row["status"], row["content"]


@pytest.mark.parametrize("image_format", list(ImageFormat))
async def test_the_image_shows_the_card_in_the_form_that_every_reader_knows(
    tools: Tools, card: HeldCard, image_format: ImageFormat
) -> None:
    file = await _asked_for_image(tools, card, image_format)
    await render_file(tools, await _job(tools, file))
    assert await _made(tools, file) == card_image(f"{card.national_id}:1", image_format)


async def test_the_image_reads(tools: Tools, card: HeldCard) -> None:
    file = await _asked_for_image(tools, card, ImageFormat.PNG)
    await render_file(tools, await _job(tools, file))
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(await _made(tools, file))))
    assert code.text == f"{card.national_id}:1"


@pytest.mark.parametrize("form", list(CodeForm))
async def test_the_page_shows_the_printed_code_and_its_holder(tools: Tools, card: HeldCard, form: CodeForm) -> None:
    code, file = await _printed(tools, card, form)
    await render_file(tools, await _job(tools, file))
    with pypdfium2.PdfDocument(await _made(tools, file)) as document:
        text = document[0].get_textpage().get_text_bounded()
        picture = document[0].render(scale=2).to_pil()
    expected = static_text(code.handle) if form is CodeForm.NATIONAL else print_code(code.handle, tools.lookup)
    assert {found.text for found in zxingcpp.read_barcodes(picture)} == {expected}
    for said in ("𠮷·买买提", "贴在冰箱上", card.number[:4]):
        assert said in text


async def test_a_file_is_made_once(tools: Tools, card: HeldCard) -> None:
    file = await _asked_for_image(tools, card, ImageFormat.SVG)
    job = await _job(tools, file)
    await render_file(tools, job)
    async with tools.pool.connection() as connection:
        await connection.execute("update file set content = 'as it was' where id = $1", file.id)
    await render_file(tools, job)
    assert await _made(tools, file) == b"as it was"


async def test_of_two_tries_at_once_one_makes_the_file(tools: Tools, card: HeldCard, monkeypatch: pytest.MonkeyPatch) -> None:
    both_drew = threading.Barrier(2, timeout=20)
    stored: list[bytes] = []

    def draw(text: str, image_format: ImageFormat) -> bytes:
        both_drew.wait()
        return text.encode()

    async def store(connection: Connection, file: NewFile, content: IO[bytes], now: datetime) -> None:
        stored.append(content.read())

    monkeypatch.setattr("workers.cards.card_image", draw)
    monkeypatch.setattr(files, "store", store)
    job = await _job(tools, await _asked_for_image(tools, card, ImageFormat.SVG))
    await asyncio.gather(render_file(tools, job), render_file(tools, job))
    assert len(stored) == 1


async def test_what_was_revoked_meanwhile_is_not_made(tools: Tools, card: HeldCard) -> None:
    file = await _asked_for_image(tools, card, ImageFormat.SVG)
    async with tools.pool.transaction() as connection:
        await files.revoke(connection, card.resident_id, [card.id], tools.clock())
    job = await _job(tools, file)
    await render_file(tools, job)
    assert await _status(tools, file.id) == (FileStatus.PENDING, None)
    async with tools.pool.connection() as connection:
        assert await connection.fetchval("select state from outbox where id = $1", job.id) == "done"


async def test_the_last_failure_shows_and_a_retry_still_makes_the_file(tools: Tools, card: HeldCard) -> None:
    file = await _asked_for_image(tools, card, ImageFormat.SVG)
    job = await _job(tools, file)
    async with tools.pool.transaction() as connection:
        await file_failed(connection, job)
    assert await _status(tools, file.id) == (FileStatus.FAILED, None)
    await render_file(tools, job)
    assert (await _status(tools, file.id))[0] == FileStatus.READY


async def test_a_made_file_never_fails_afterwards(tools: Tools, card: HeldCard) -> None:
    file = await _asked_for_image(tools, card, ImageFormat.SVG)
    job = await _job(tools, file)
    await render_file(tools, job)
    async with tools.pool.transaction() as connection:
        await file_failed(connection, job)
    assert (await _status(tools, file.id))[0] == FileStatus.READY
