"""The fonts of documents: Noto Sans SC from its wheel, and the system's for the rare characters that it lacks."""

from functools import cache
from importlib.resources import files

import typst


@cache
def document_fonts() -> typst.Fonts:
    """All fonts that a document may use; the folders are searched once a process, in about 20 ms."""
    bundled = str(files("justmytype_intl_cjk") / "fonts")
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[bundled])
