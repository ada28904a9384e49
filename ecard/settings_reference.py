"""Writes docs/reference/settings.md: `python -m ecard.settings_reference > docs/reference/settings.md`."""

from pydantic.fields import FieldInfo

from ecard.settings import PREFIX, Settings, is_secret
from ecard.settings_channels import ChannelSettings

HEAD = """# Settings

Made from `ecard/settings.py` by `python -m ecard.settings_reference`; a test tells when it is out of date.

`ecard web`, `ecard worker` and `ecard migrate` read their settings from the environment, once, when they start. They do not start
with a setting that is missing, bad or unknown, and say which. An empty value is none. Lists are separated by spaces or commas.

A secret (🔒) may stand in a file instead: `ECARD_LOOKUP_KEY_FILE=/run/secrets/lookup_key`. No secret is in a log or a message.

| setting | default | what it is |
|---|---|---|
"""


def reference() -> str:
    """The whole page."""
    fields = sorted(Settings.model_fields.items(), key=lambda field: field[0] in ChannelSettings.model_fields)
    return HEAD + "".join(_row(name, info) for name, info in fields)


def _row(name: str, info: FieldInfo) -> str:
    lock = " 🔒" if is_secret(name) else ""
    return f"| `{PREFIX}{name.upper()}`{lock} | {_default(info)} | {info.description} |\n"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "in development" if info.annotation is bool else "**required**"
    if info.default in (None, ()):
        return "none"
    return f"`{' '.join(info.default) if isinstance(info.default, tuple) else info.default}`"


if __name__ == "__main__":
    print(reference(), end="")
