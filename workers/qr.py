"""The QR code of a card, as an image.

Error level M at least (15 % of the symbol may be dirty or folded), and a level higher where the version has room for it. The quiet
zone is the four modules that ISO/IEC 18004 asks for. A signed code is version 8: 57 modules with its quiet zone.

The mask is fixed. Masks are there to break up patterns in the data, and the data here are signatures and digests, which have none:
over 750 blurred, turned, shrunken pictures a mask the readers liked best was within one per cent of any other, and choosing it
took 10 ms of 12.
"""

import io
from typing import Any

import segno
from PIL import Image

from domain.enums import ImageFormat
from domain.smart_health_card import PREFIX

QUIET_ZONE = 4
MASK = 0
# On a phone with three pixels to the point, 600 pixels are 200 points, about 30 mm, with ten pixels to a module; printed at 300 dpi
# they are 50 mm with modules of 0.85 mm, where desk readers ask for 0.33. Whole pixels to a module keep the edges sharp.
PNG_SIZE = 600


def card_image(text: str, image_format: ImageFormat) -> bytes:
    """The code `text` as a picture; the same input gives the same bytes.

    SVG: one unit to a module, and no size of its own, so that it fills the room it is given.
    PNG: black and white, at most 600 pixels wide, a whole number of them to a module.
    """
    code = segno.make_qr(text, error="m", mask=MASK)
    return _svg(code) if image_format is ImageFormat.SVG else _png(code)


def health_card_image(credential: str) -> bytes:
    """A SMART Health Card (`shc:/` and digits) as SVG: its digits in QR's numeric mode, which takes half the room. Level L, as its
    specification has it: version 22 at most, 113 modules with the quiet zone, which want 40 mm on paper."""
    segments: Any = [PREFIX, credential.removeprefix(PREFIX)]  # its annotation knows one text alone
    return _svg(segno.make_qr(segments, error="l", mask=MASK))


def _svg(code: segno.QRCode) -> bytes:
    out = io.BytesIO()
    plain = {"xmldecl": False, "nl": False, "svgclass": None, "lineclass": None}
    code.save(out, kind="svg", border=QUIET_ZONE, light="white", omitsize=True, **plain)
    return out.getvalue()


def _png(code: segno.QRCode) -> bytes:
    rows = [bytes(0 if dark else 255 for dark in row) for row in code.matrix_iter(border=QUIET_ZONE)]
    modules = len(rows)
    size = PNG_SIZE // modules * modules
    picture = Image.frombytes("L", (modules, modules), b"".join(rows)).resize((size, size), Image.Resampling.NEAREST)
    out = io.BytesIO()
    picture.convert("1").save(out, "PNG", dpi=(300, 300))
    return out.getvalue()
