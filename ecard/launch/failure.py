"""What ends a command: one clear sentence on standard error, and an exit code that is not 0."""

from typing import IO, Any

import click

from ecard.settings import Settings, SettingsError, read_settings


class Failure(click.ClickException):
    """Its message is what people read; nothing is put in front of it."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.secho(self.message, fg="red", err=True, file=file)


def settings_or_failure() -> Settings:
    """The settings of this process. Raises Failure with a line for each that is bad or missing."""
    try:
        return read_settings()
    except SettingsError as error:
        raise Failure(str(error)) from None
