"""Writes docs/reference/cli.md: `python -m ecard.cli_reference > docs/reference/cli.md`."""

from collections.abc import Iterator

import click

from ecard.cli import COMMANDS
from ecard.commands import group

WIDTH = 100  # characters of a line of help

HEAD = """# The command line

Made from the commands' own `--help` by `python -m ecard.cli_reference`; a test tells when it is out of date.

`web`, `worker` and every other command read [settings](settings.md) from the environment. Without any, `client`, `demo`, `doctor`,
`migrate`, `settle`, `verify-log` and `verify-ledger` take those of the demo that `ecard up` runs in the same folder. A command that
fails says why on standard error and ends with a code that is not 0.
"""


def reference() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n## {name}\n\n```\n{text}\n```\n" for name, text in _helps(group(COMMANDS), "ecard", None))


def _helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """The help of a command, then of each below it."""
    context = click.Context(command, parent, info_name=name.rpartition(" ")[2], max_content_width=WIDTH, terminal_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            if below is not None:
                yield from _helps(below, f"{name} {each}", context)


if __name__ == "__main__":
    print(reference(), end="")
