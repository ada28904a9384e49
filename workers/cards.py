"""The files of a card: the image of its identity code, and the page of a printed code.

Both only identify. The image is in the national form, which the readers already in use know; it goes when the card is replaced.
"""

from functools import partial

from db import cards, printed_codes, residents
from db.connection import Connection
from db.files import NewFile
from domain.codes import print_code
from domain.enums import CodeForm, ImageFormat
from domain.national import static_text
from workers.documents import PrintedCard, printed_card
from workers.qr import card_image
from workers.tools import Drawing, Tools


async def card_picture(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    """The image of the card that is the file's subject."""
    card = await cards.find(connection, file.resident_id, file.subject_id)
    if card is None:
        return None
    return partial(card_image, static_text(bytes.fromhex(card.national_id)), ImageFormat(file.format))


async def printed_page(connection: Connection, tools: Tools, file: NewFile) -> Drawing | None:
    """The page of the printed code that is the file's subject."""
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
