"""`ecard new-vapid-key`: our key for web push."""

import click

from outside.vapid import VapidKey, new_key


@click.command("new-vapid-key", help="Create a key for web push: ECARD_PUSH_KEY, and the public half that browsers are given.")
def command() -> None:
    """Makes one, and shows it this once."""
    text = new_key()
    click.echo(f"private  {text}\npublic   {VapidKey(text).public}")
