"""What a demo that is ready tells the person at the terminal."""

import io
import json
from collections.abc import Sequence

import click
import segno

ADDRESSES = (
    ("Start page", "/"),
    ("GraphiQL", "/graphiql"),
    ("Wallet", "/wallet"),
    ("Hospital window", "/window"),
    ("GraphQL", "/graphql"),
)
HOME = "{ me { fullName familyMembers { relationship resident { fullName } } } resident { card { number status } } }"
HOSPITALS = "{ serverTime institutions(first: 3) { nodes { code name district } } }"
CODE = "mutation { presentCard(input: { purpose: IDENTIFY }) { code { text expiresAt } userErrors { message } } }"


def addresses(url: str) -> str:
    """A line for each page."""
    return "\n".join(f"  {name:<16}{url}{path}" for name, path in ADDRESSES)


def queries(url: str, token: str) -> list[str]:
    """Three lines to paste into a shell."""
    return [_curl(url, HOSPITALS, None), _curl(url, HOME, token), _curl(url, CODE, token)]


def qr(text: str) -> str:
    """A code, drawn in characters."""
    out = io.StringIO()
    segno.make_qr(text, error="m").terminal(out, compact=True)
    return out.getvalue()


def show(url: str, name: str, token: str, card_text: str, files: Sequence[tuple[str, str]]) -> None:
    """Prints all of it. `name`: the demo resident whose token and card these are; `files`: what else there is, and where."""
    click.secho("\nThe platform is ready. Ctrl-C stops it.\n", fg="green", bold=True)
    click.echo(addresses(url))
    for title, path in files:
        click.echo(f"  {title:<16}{path}")
    click.secho(f"\nA session of {name}, for 15 minutes (the start page gives new ones)", bold=True)
    click.echo(f"  {token}")
    click.secho("\nThree queries to try", bold=True)
    click.echo("\n\n".join(queries(url, token)))
    click.secho(f"\nThe card of {name}: scan it, or paste its text at the hospital window", bold=True)
    click.echo(f"{qr(card_text)}\n  {card_text}\n")


def _curl(url: str, query: str, token: str | None) -> str:
    authorization = f" -H 'authorization: Bearer {token}'" if token else ""
    return f"curl -s {url}/graphql -H 'content-type: application/json'{authorization} -d '{json.dumps({'query': query})}'"
