import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import is_same_name, read_name
from domain.refusals import InvalidInput


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("张伟", "张伟"),
        (" 张　伟 ", "张伟"),
        ("𠮷野娜", "𠮷野娜"),
        ("李\U0002ebf0", "李\U0002ebf0"),  # extension I, which came with GB 18030-2022
        ("王\U00031350", "王\U00031350"),
        ("刘〇", "刘〇"),
        ("欧阳修文", "欧阳修文"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("买买提･吐尔逊", "买买提·吐尔逊"),
        ("买买提‧吐尔逊", "买买提·吐尔逊"),
        ("买买提．吐尔逊", "买买提·吐尔逊"),
        ("买买提 · 吐尔逊", "买买提·吐尔逊"),
        ("買買提··吐爾遜", "買買提·吐爾遜"),
        ("John  Smith Jr.", "John Smith Jr."),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("Zoë O’Brien-Núñez", "Zoë O’Brien-Núñez"),
        ("Zoe\u0308 Li", "Zoë Li"),
        ("김 철수", "김철수"),
        ("葛\U000e0100城", "葛城"),
        ("\u200b张\u200b伟\ufeff", "张伟"),
    ],
)
def test_one_written_form(typed: str, written: str) -> None:
    assert read_name(typed) == written


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "张",
        "张3",
        "张伟1",
        "·张伟",
        "张伟·",
        "张\ud842伟",
        "张\ue000",
        "张伟😀",
        "张\n\0伟",
        "<b>张伟",
        "-张伟",
        "张" * 65,
        "ﷺ" * 10,
    ],
)
def test_what_is_no_name(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_name(typed)
    assert refused.value.field == ("full_name",)


@given(st.text(max_size=70) | st.text("张·•.𠮷 -a", max_size=12))
def test_a_written_name_is_its_own_written_form(typed: str) -> None:
    try:
        name = read_name(typed)
    except InvalidInput:
        return
    assert read_name(name) == name
    assert name.encode()


def test_capitals_make_no_other_person() -> None:
    assert is_same_name("JOHN SMITH", "John Smith")
    assert not is_same_name("张伟", "张玮")
