"""The audits of GraphQL over HTTP against the transports alone, with an engine that is none of ours."""

import orjson

from tests.ecard.transport.fakes import world
from tests.support import node
from tests.support.serving import serving


async def test_all_audits_are_ok() -> None:
    async with serving(world().front) as port:
        results = orjson.loads(await node.run("audit.mjs", f"http://127.0.0.1:{port}/graphql", needs="graphql-http"))
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) >= 61
