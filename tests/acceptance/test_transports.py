"""The application as it is served, over each transport."""

import asyncio

import httpx
import orjson
import websockets
from websockets.asyncio.client import connect

from ecard.transport.front import Front
from tests.support.serving import serving


async def test_the_same_question_over_each_transport(app: Front) -> None:
    asked = {"query": "query Time { serverTime } query Name { __typename }", "operationName": "Name"}
    async with serving(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answers = [
            (await client.post("/graphql", json=asked)).json(),
            (await client.get("/graphql", params=asked)).json(),
        ]
        streamed = await client.post("/graphql", json=asked, headers={"accept": "text/event-stream"})
        event, data = streamed.text.split("\n\n")[0].split("\n")
        assert event == "event: next"
        answers.append(orjson.loads(data.removeprefix("data: ")))
        protocol = websockets.Subprotocol("graphql-transport-ws")
        async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[protocol]) as socket:
            await socket.send('{"type":"connection_init"}')
            await socket.recv()
            await socket.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": asked}).decode())
            answers.append(orjson.loads(await socket.recv())["payload"])
    assert [answer["data"] for answer in answers] == [{"__typename": "Query"}] * 4


async def test_an_orchestrator_and_prometheus_are_answered(app: Front) -> None:
    async with serving(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await client.post("/graphql", json={"query": "{ __typename }"})
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).json()["status"] == "ok"
        for _ in range(500):
            shown = (await client.get("/metrics")).text
            # Counts are made a moment later.
            if 'ecard_request_seconds_count{kind="query",outcome="OK"}' in shown:
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError(shown)
    assert "ecard_pool_connections_in_use" in shown
