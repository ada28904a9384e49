"""The image of a card, read back by a reader of its own."""

import io
import random
import re
import subprocess
import sys
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import typst
import zxingcpp
from PIL import Image, ImageFilter

from domain.enums import ImageFormat
from workers.qr import PNG_SIZE, QUIET_ZONE, card_image

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
HEX = "0123456789ABCDEF"


def _drawn(alphabet: str, length: int) -> str:
    return "".join(random.Random(length).choices(alphabet, k=length))


SIGNED = "SZ1:" + _drawn(BASE45, 190)
PRINTED = "SZ1:" + _drawn(BASE45, 150)
NATIONAL_DYNAMIC = f"{_drawn(HEX, 64)}:0:{_drawn(HEX, 32)}"
NATIONAL_STATIC = f"{_drawn(HEX, 64)}:1"
TEXTS = [SIGNED, PRINTED, NATIONAL_DYNAMIC, NATIONAL_STATIC]


def _picture(text: str) -> Image.Image:
    return Image.open(io.BytesIO(card_image(text, ImageFormat.PNG)))


def _read(picture: Image.Image) -> zxingcpp.Barcode:
    [code] = zxingcpp.read_barcodes(picture)
    return code


def _jpeg(picture: Image.Image) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=20)
    return Image.open(out)


def _photographed(picture: Image.Image) -> Image.Image:
    turned = picture.rotate(17, expand=True, fillcolor=180, resample=Image.Resampling.BICUBIC)
    small = turned.resize((turned.width // 2, turned.height // 2), Image.Resampling.BILINEAR)
    dim = small.filter(ImageFilter.GaussianBlur(1)).point(lambda value: 40 + value // 2)
    return _jpeg(dim)


@pytest.mark.parametrize("text", TEXTS)
def test_a_png_reads_back_at_level_m_or_better(text: str) -> None:
    code = _read(_picture(text))
    assert code.text == text
    assert code.format is zxingcpp.BarcodeFormat.QRCode
    assert code.ec_level in {"M", "Q", "H"}


def test_a_signed_code_is_version_8_at_level_m() -> None:
    picture = _picture(SIGNED)
    assert _read(picture).ec_level == "M"
    assert picture.size == (570, 570)  # 49 modules and 2 × 4 of quiet zone, 10 pixels each


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "harm",
    [
        lambda picture: picture.resize((180, 180), Image.Resampling.BILINEAR),
        lambda picture: picture.filter(ImageFilter.GaussianBlur(4)),
        lambda picture: picture.rotate(31, expand=True, fillcolor=255),
        _jpeg,
        _photographed,
    ],
    ids=["small", "blurred", "turned", "jpeg", "photographed"],
)
def test_a_harmed_png_still_reads(text: str, harm: Callable[[Image.Image], Image.Image]) -> None:
    assert _read(harm(_picture(text).convert("L"))).text == text


@pytest.mark.parametrize("text", TEXTS)
def test_an_svg_reads_back(text: str) -> None:
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 5cm)'
    svg = card_image(text, ImageFormat.SVG).decode()
    png = typst.compile(page, format="png", ppi=150, sys_inputs={"svg": svg})
    assert isinstance(png, bytes)
    assert _read(Image.open(io.BytesIO(png))).text == text


@pytest.mark.parametrize("text", TEXTS)
def test_the_quiet_zone_is_white_and_modules_are_whole_pixels(text: str) -> None:
    picture = _picture(text).convert("L")
    # The finder pattern begins right behind the quiet zone, and is seven modules wide.
    row = [picture.getpixel((x, picture.height // 2)) for x in range(picture.width)]
    dark = Image.eval(picture, lambda value: 255 - value).getbbox()
    assert dark is not None
    margin = dark[0]
    assert dark == (margin, margin, picture.width - margin, picture.height - margin)
    module, rest = divmod(margin, QUIET_ZONE)
    assert rest == 0
    assert picture.width % module == 0
    assert PNG_SIZE * 0.85 < picture.width <= PNG_SIZE
    assert set(row) == {0, 255}


def test_an_svg_fills_the_room_it_is_given() -> None:
    root = ElementTree.fromstring(card_image(SIGNED, ImageFormat.SVG))  # noqa: S314 - our own
    assert root.get("viewBox") == "0 0 57 57"
    assert root.get("width") is None


@pytest.mark.parametrize("image_format", list(ImageFormat))
def test_the_same_input_gives_the_same_bytes_in_every_process(image_format: ImageFormat) -> None:
    program = f"""
import sys
from domain.enums import ImageFormat
from workers.qr import card_image
sys.stdout.buffer.write(card_image({SIGNED!r}, ImageFormat.{image_format}))
"""
    elsewhere = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout
    assert elsewhere == card_image(SIGNED, image_format)


def test_the_image_holds_nothing_but_the_code() -> None:
    svg = card_image(SIGNED, ImageFormat.SVG).decode()
    assert re.findall(r"<(\w+)", svg) == ["svg", "path", "path"]
    assert "SZ1" not in svg
