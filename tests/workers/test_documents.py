"""The page of a printed code, read back from the PDF as a person and as a scanner would."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp

from domain.enums import CodeForm
from workers.documents import PrintedCard, printed_card

CARD = PrintedCard(
    city="深圳市",
    holder="欧阳晓明",
    card_number="4403123456789012",
    label="贴在病历本上",
    form=CodeForm.PLATFORM,
    code="SZ1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90$PC5$CUZC$$5Y$5JPC",
    # 1 January already, in Shenzhen.
    created_at=datetime(2026, 12, 31, 16, 30, tzinfo=UTC),
)


def _text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        [page] = document
        text: str = page.get_textpage().get_text_bounded()
        return text


def _codes(pdf: bytes, dpi: int) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=dpi / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_the_page_says_whose_card_it_is_and_what_to_do_with_it() -> None:
    text = _text(printed_card(CARD))
    assert text.count("欧阳晓明") == 3  # below the code, among the facts, on the card to cut out
    for said in (
        "居民电子健康卡",
        "深圳市",
        "4403 1234 5678 9012",
        "贴在病历本上",
        "平台码",
        "2027 年 1 月 1 日",
        "作废",
        "仅供身份识别",
    ):
        assert said in text


def test_the_national_form_is_named_and_a_missing_label_leaves_no_gap() -> None:
    text = _text(printed_card(replace(CARD, form=CodeForm.NATIONAL, label=None)))
    assert "国家标准码" in text
    assert "用途" not in text


@pytest.mark.parametrize("dpi", [100, 300])
def test_both_codes_on_the_page_read(dpi: int) -> None:
    assert _codes(printed_card(CARD), dpi) == [CARD.code, CARD.code]


@pytest.mark.parametrize(
    "name",
    [
        "𠮷田",  # beyond the basic plane, and not in Noto Sans SC
        "阿卜杜热西提·麦麦提图尔荪",
        "Maximiliana Konstantinopolsky-von Hohenzollern-Sigmaringen",
        "欧",
        "阿" * 64,
    ],
)
def test_a_name_of_any_kind_stands_on_the_one_page(name: str) -> None:
    pdf = printed_card(replace(CARD, holder=name, label="很长的标签" * 8))
    assert name[:4] in _text(pdf)
    assert len(_codes(pdf, 150)) == 2


@pytest.mark.parametrize(
    "markup",
    [
        '#panic("read as markup")',
        '#read("/base.typ")',
        "#sys.inputs.data",
        "*粗* _斜_ `码` $x^2$ = 标题",
        '"} , "holder": "别人',
        "\\u{4e00} <label> @reference // comment",
        "<script>alert(1)</script>",
    ],
)
def test_what_looks_like_markup_is_shown_as_it_is(markup: str) -> None:
    text = _text(printed_card(replace(CARD, holder=markup, label=markup, city="深圳市")))
    # PDF readers see the lines' ends and the wider gaps between scripts; the characters are what counts.
    assert "".join(markup.split()) in "".join(text.split())
    assert _codes(printed_card(replace(CARD, holder=markup, label=markup)), 150) == [CARD.code, CARD.code]


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    program = """
import sys
from tests.workers.test_documents import CARD, printed_card
sys.stdout.buffer.write(printed_card(CARD))
"""
    elsewhere = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout
    assert elsewhere == printed_card(CARD)


def test_the_time_in_the_file_is_the_time_that_was_given() -> None:
    with pypdfium2.PdfDocument(printed_card(CARD)) as document:
        about = document.get_metadata_dict()
    assert about["CreationDate"] == "D:20261231163000Z"
    assert CARD.holder not in "".join(about.values())
