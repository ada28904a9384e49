"""The audits of the npm package graphql-http, which belongs to the specification GraphQL over HTTP."""

import orjson

from ecard.transport.front import Front
from tests.support import node
from tests.support.serving import serving


async def test_all_audits_are_ok(app: Front) -> None:
    async with serving(app) as port:
        results = orjson.loads(await node.run("audit.mjs", f"http://127.0.0.1:{port}/graphql", needs="graphql-http"))
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) >= 61
