"""The commands of `ecard`, a module each, read when it is asked for; `command` is what each is."""

from collections.abc import Mapping
from importlib import import_module

import click


class Commands(click.Group):
    """Commands by name, each with the line that `ecard --help` shows."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        text = "The electronic health card of a city. `up` starts everything; production starts `web` and `worker`."
        super().__init__("ecard", help=text, context_settings={"help_option_names": ["-h", "--help"]})
        self._lines = lines

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lines:
            return None
        command: click.Command = import_module(f"ecard.commands.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lines.items()))


def group(lines: Mapping[str, str]) -> click.Group:
    """All of them."""
    return Commands(lines)
