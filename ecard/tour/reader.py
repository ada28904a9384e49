"""A reader at a desk: what it makes of a picture or of a page on paper."""

import io
import tempfile
from pathlib import Path

import typst
import zxingcpp
from PIL import Image

from ecard.tour.consumer import TourError

DOTS_PER_INCH = 150
SHEET = '#set page(width: auto, height: auto, margin: 0pt)\n#image("page.pdf")'


def read_picture(png: bytes) -> str:
    """The text of the QR in a picture. Raises TourError when a reader finds none."""
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(png)).convert("L"))
    if found is None:
        raise TourError("a reader finds no QR in the picture")
    return str(found.text)


def read_page(pdf: bytes) -> str:
    """The text of the QR on a page. Raises TourError when a reader finds none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page.pdf").write_bytes(pdf)
        (folder / "sheet.typ").write_text(SHEET)
        sheet = typst.Compiler(folder / "sheet.typ", root=folder).compile(format="png", ppi=DOTS_PER_INCH)
    if not isinstance(sheet, bytes):
        raise TourError("the document has more than one page")
    return read_picture(sheet)
