from pathlib import Path

import pytest

from ecard.embedded import EmbeddedServers
from ecard.launch.environment import demo_environment
from ecard.settings import PREFIX


@pytest.fixture(scope="module")
def environment(servers: EmbeddedServers, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a demo on the tests' servers, without its city."""
    folder: Path = tmp_path_factory.mktemp("commands")
    whole = demo_environment(folder, database_url, servers.redis_url, 8000, "http://127.0.0.1:8001")
    return {name: value for name, value in whole.items() if name.startswith(PREFIX)}
