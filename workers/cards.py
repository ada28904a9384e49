"""The files of a card: the image of its identity code, and the page of a printed code.

Both only identify. The image is in the national form, which the readers already in use know; it goes when the card is replaced.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from uuid import UUID

from db import cards, files, outbox, printed_codes, residents
from db.connection import Connection
from db.files import FileKind, NewFile
from db.outbox import Job
from domain.codes import print_code
from domain.enums import CodeForm, ImageFormat
from domain.national import static_text
from workers.documents import PrintedCard, printed_card
from workers.qr import card_image
from workers.tools import Tools

Drawing = Callable[[], bytes]


async def render_file(tools: Tools, job: Job) -> None:
    """Makes the file that `resident_id` and `id` name. One that was made or revoked in the meantime is left as it is."""
    resident_id, id = UUID(job.args["resident_id"]), UUID(job.args["id"])
    async with tools.pool.connection() as connection:
        file = await files.unmade(connection, resident_id, id)
        drawing = None if file is None else await _drawing(connection, tools, file)
    # In a thread: other jobs go on while this one draws.
    content = None if drawing is None else await asyncio.to_thread(drawing)
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if await outbox.finish(connection, job, now) and content is not None:
            await files.store(connection, resident_id, id, content, now)


async def file_failed(connection: Connection, job: Job) -> None:
    """After the last try: shows that there will be no file unless somebody retries the job."""
    await files.fail(connection, UUID(job.args["resident_id"]), UUID(job.args["id"]))


async def _drawing(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    if file.kind == FileKind.CARD_IMAGE:
        return await _image(connection, file)
    return await _page(connection, tools, file)


async def _image(connection: Connection, file: NewFile) -> Drawing | None:
    card = await cards.find(connection, file.resident_id, file.subject_id)
    if card is None:
        return None
    return partial(card_image, static_text(bytes.fromhex(card.national_id)), ImageFormat(file.format))


async def _page(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    code = await printed_codes.find(connection, file.resident_id, file.subject_id)
    card = None if code is None else await cards.find(connection, file.resident_id, code.card_id)
    holder = await residents.find(connection, file.resident_id)
    if code is None or card is None or holder is None:
        return None
    form = CodeForm(code.form)
    page = PrintedCard(
        city=tools.city,
        holder=holder.full_name,
        card_number=card.number,
        label=code.label,
        form=form,
        code=static_text(code.handle) if form is CodeForm.NATIONAL else print_code(code.handle, tools.lookup),
        created_at=code.created_at,
    )
    return partial(printed_card, page)
