"""Whether there is something to see: each field of each owned type has a value somewhere, and each way to one leads somewhere."""

from collections.abc import Iterator
from typing import Any

from tests.matrix.bench import Bench
from tests.matrix.relations import RELATIONS
from tests.matrix.table import TYPES

# Of nobody but an app that has just scanned a code; of an interface the types have the fields.
ELSEWHERE = {"Payer", "HealthRecordEntry"}
WHO = ("oneself", "institution at REGISTER with everything", "institution at PAY", "institution at COLLECT_MEDICINE", "operator")


def there(answer: Any) -> Iterator[str]:
    """Each field that has a value."""
    if isinstance(answer, list):
        for one in answer:
            yield from there(one)
    elif isinstance(answer, dict) and "nodes" in answer:
        yield from there(answer["nodes"])
    elif isinstance(answer, dict):
        for key, value in answer.items():
            if "__typename" in answer and value not in (None, [], {"totalCount": 0, "nodes": []}):
                yield f"{answer['__typename']}.{key.rpartition('_')[2]}"
            yield from there(value)


async def test_there_is_something_to_see_in_each_field(bench: Bench) -> None:
    found: set[str] = set()
    for who in WHO:
        async with bench.made(RELATIONS[who]) as judge:
            for asked in bench.documents(judge):
                found.update(there(await bench.ask(bench.opened, asked, RELATIONS[who].viewer)))
    owned = {name for name, one in bench.source.mapping.types.items() if one.owned} - ELSEWHERE
    fields = {f"{name}.{field}" for name in owned for names in TYPES[name].fields for field in names.split()}
    missing = sorted(fields - found)
    assert not missing, " ".join(missing)
