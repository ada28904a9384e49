"""What ends a command: one clear sentence on standard error, and an exit code that is not 0."""

import os
from collections.abc import Mapping
from typing import IO, Any

import click

from ecard.launch.places import DATA_FOLDER, SETTINGS
from ecard.private_files import read_private
from ecard.settings import PREFIX, Settings, SettingsError, read_settings


class Failure(click.ClickException):
    """Its message is what people read; nothing is put in front of it."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.secho(self.message, fg="red", err=True, file=file)


def settings_or_failure(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises Failure with a line for each that is bad or missing."""
    try:
        return read_settings(environment)
    except SettingsError as error:
        raise Failure(str(error)) from None


def settings_or_demo() -> Settings:
    """The settings of a command that looks at a platform: this process' own; where it has none, those of the demo that runs in this
    folder. Raises Failure when there is neither."""
    if any(name.startswith(PREFIX) for name in os.environ):
        return settings_or_failure()
    try:
        demo = read_private(DATA_FOLDER / SETTINGS)
    except PermissionError:
        raise Failure(f"The demo in {DATA_FOLDER} belongs to another account: ask as that one.") from None
    if demo is None:
        raise Failure(f"There are no settings ({PREFIX}…), and no demo runs in {DATA_FOLDER}: start it with `ecard up`.")
    return settings_or_failure(demo)
