"""People's names: Chinese with characters of every plane (𠮷), of minorities with an interpunct, in Latin letters."""

import re
import unicodedata

from domain.refusals import InvalidInput

INTERPUNCT = "·"  # U+00B7, as the household register writes it

_LONGEST = 64
# What keyboards give for the interpunct; a full stop between Chinese characters is meant as one too.
_INTERPUNCTS = re.compile(r"(?:\s*[\u00b7\u2022\u2027\u2219\u22c5\u30fb]\s*)+")
_STOPS = re.compile(r"(?<=[\u2e80-\U0003ffff])\.(?=[\u2e80-\U0003ffff])")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_SPACES_OF_CHINESE = re.compile(r"(?<=[\u2e80-\U0003ffff])\s+(?=[\u2e80-\U0003ffff])")
_BETWEEN = frozenset(" '’-." + INTERPUNCT)


def read_name(text: str) -> str:
    """The name in its one written form: one interpunct, no spaces between Chinese characters, at most 64 characters.
    Raises InvalidInput, of the field full_name."""
    name = unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST else ""
    name = _INTERPUNCTS.sub(INTERPUNCT, _STOPS.sub(INTERPUNCT, _INVISIBLE.sub("", name)))
    name = " ".join(_SPACES_OF_CHINESE.sub("", name).split())
    ends = name[:1] + name[-1:].rstrip(".")
    if (
        not 2 <= len(name) <= _LONGEST
        or not all(map(_is_letter, ends))
        or not all(_is_letter(character) or character in _BETWEEN for character in name)
    ):
        raise InvalidInput("full_name")
    return name


def is_same_name(one: str, other: str) -> bool:
    """Whether two written names are one: capitals make no difference."""
    return one.casefold() == other.casefold()


def _is_letter(character: str) -> bool:
    # Names of the household register reach into planes 2 and 3 faster than Python's table of characters follows.
    if "\U00020000" <= character <= "\U0003fffd" or character == "〇":
        return True
    return unicodedata.category(character)[0] in "LM"
