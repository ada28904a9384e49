"""What the tour prints: each step, the document, its variables, the answer; secrets and pictures cut short."""

import json
from collections.abc import Mapping
from typing import Any

import click

LONGEST = 64
HIDDEN = frozenset({"accessToken", "refreshToken", "access_token", "refresh_token", "secret"})


def chapter(title: str) -> None:
    """A heading."""
    click.secho(f"\n━━ {title}", fg="cyan", bold=True)


def request(number: int, who: str, what: str, text: str, variables: Mapping[str, Any]) -> None:
    """A step: who asks, what, and with which values."""
    click.secho(f"\n{number:>3}. {who}: {what}", bold=True)
    if text:
        click.secho(_indented(text), dim=True)
    if variables:
        click.secho(_indented(f"variables {_pretty(variables)}"), fg="yellow")


def answer(value: object) -> None:
    """What came back."""
    click.echo(_indented(_pretty(value)))


def proved(what: str) -> None:
    """What the answer shows."""
    click.secho(f"     ✓ {what}", fg="green")


def waiting(what: str) -> None:
    """A wait that takes a while."""
    click.secho(f"     … {what}", fg="blue")


def _pretty(value: object) -> str:
    return json.dumps(_short(value), ensure_ascii=False, indent=2)


def _short(value: object, key: str = "") -> object:
    if isinstance(value, Mapping):
        return {name: _short(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    if isinstance(value, str) and key in HIDDEN:
        return f"{value[:6]}…"
    if isinstance(value, str) and len(value) > LONGEST and not value.startswith("http"):
        return f"{value[:LONGEST]}… ({len(value)} characters)"
    return value


def _indented(text: str) -> str:
    return "\n".join(f"     {line}" for line in text.splitlines())
