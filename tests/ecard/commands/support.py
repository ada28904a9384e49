"""Commands, run within the test's process with an environment of their own."""

from collections.abc import Mapping

from click.testing import CliRunner, Result

from ecard.cli import COMMANDS
from ecard.commands import group


def run(environment: Mapping[str, str], *arguments: str) -> Result:
    """What the command printed, and its exit code. A fault is raised."""
    return CliRunner().invoke(group(COMMANDS), arguments, env=dict(environment), catch_exceptions=False)
