"""Pages for people, as PDF, written by typst from the templates beside this file."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import typst

from domain.enums import CodeForm, ImageFormat
from domain.times import shanghai_day
from workers.fonts import document_fonts
from workers.qr import card_image

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What stands on the page of a printed code. `code` is the text that its QR holds; `created_at` is aware."""

    city: str
    holder: str
    card_number: str
    label: str | None
    form: CodeForm
    code: str
    created_at: datetime


def printed_card(card: PrintedCard) -> bytes:
    """The page as PDF, A4, in Chinese with English below; the same input gives the same bytes."""
    day = shanghai_day(card.created_at)
    groups = [card.card_number[start : start + 4] for start in range(0, len(card.card_number), 4)]
    shown = {
        "city": card.city,
        "holder": card.holder,
        "card_number": " ".join(groups),
        "label": card.label,
        "form": card.form,
        "svg": card_image(card.code, ImageFormat.SVG).decode(),
        "printed_on": f"{day.year}年{day.month}月{day.day}日",
    }
    return compiled("printed_card", shown, card.created_at)


def compiled(template: str, shown: dict[str, Any], at: datetime) -> bytes:
    """The template with the data as PDF. The data reach it as JSON, apart from its text: what looks like markup stays text."""
    compiler = typst.Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=document_fonts())
    pdf = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(shown)}, timestamp=int(at.timestamp()))
    return cast(bytes, pdf)
