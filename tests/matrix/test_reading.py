"""Each viewer asks for everything of the owner on every way: what comes is what the table says, and nothing else."""

import pytest

from tests.matrix.bench import Bench
from tests.matrix.relations import RELATIONS


@pytest.mark.parametrize("who", RELATIONS)
async def test_a_viewer_sees_what_the_table_says(bench: Bench, who: str) -> None:
    wrong = await bench.wrong(RELATIONS[who])
    assert not wrong, "\n".join(sorted(wrong))
