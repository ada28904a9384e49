"""`ecard verify-draw`: repeats the draw of a day's places, as anybody can who asks the public API."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
import httpx

from domain.draw import Seed, drawn
from domain.times import from_text, shanghai_day
from ecard.launch.failure import Failure

SECONDS = 30.0
QUESTION = """
query ReturnDraw($on: Date!, $after: String) {
  returnDraw(on: $on) {
    date commitment seed minimumSeconds maximumSeconds
    returns(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { queueNumber givenUpAt returnsAt slot { id startsAt } }
    }
  }
}"""


@click.command("verify-draw", help="Repeat the draw of the times at which a day's places returned, and fail where one differs.")
@click.option("--url", required=True, help="The server's address.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day: 2026-11-23. Yesterday when left out.")
@click.option("--commitment", help="What was shown as the day's commitment before its first draw.")
def command(url: str, on: datetime | None, commitment: str | None) -> None:
    """Verifies one day's draw."""
    day = shanghai_day(datetime.now(UTC)) - timedelta(days=1) if on is None else on.date()
    try:
        with httpx.Client(base_url=url, timeout=SECONDS) as http:
            pages = list(_pages(http, day))
    except (httpx.HTTPError, ValueError) as error:
        raise Failure(f"The server at {url} gives no draw ({type(error).__name__}).") from error
    click.echo(f"{verify(pages, day, commitment)} places returned when the draw said.")


def verify(pages: list[Mapping[str, Any]], day: date, commitment: str | None) -> int:
    """How many draws there were, of a day's pages. Raises Failure when there is no seed yet, or one is not as it should be."""
    if not pages:
        raise Failure(f"There was no draw on {day}.")
    draw = pages[0]
    if draw["seed"] is None:
        raise Failure(f"The seed of {day} is not shown before all its places are back. Its commitment is {draw['commitment']}.")
    window = (timedelta(seconds=draw["minimumSeconds"]), timedelta(seconds=draw["maximumSeconds"]))
    seed = Seed(day, bytes.fromhex(draw["seed"]), *window)
    if {seed.commitment.hex()} != {draw["commitment"], commitment or draw["commitment"]}:
        raise Failure(f"The seed of {day} is not the one that was committed to.")
    places = [place for page in pages for place in page["returns"]["nodes"]]
    for place in places:
        slot, number, given_up_at = place["slot"]["id"], place["queueNumber"], from_text(place["givenUpAt"])
        expected = drawn(seed, slot, number, given_up_at, from_text(place["slot"]["startsAt"]))
        if from_text(place["returnsAt"]) != expected:
            raise Failure(f"Place {number} of slot {slot}, given up at {place['givenUpAt']}, did not return when it should.")
    return len(places)


def _pages(http: httpx.Client, day: date) -> Iterator[Mapping[str, Any]]:
    """The draw, once for each page of its returns."""
    after = None
    while True:
        body = http.post("/graphql", json={"query": QUESTION, "variables": {"on": day.isoformat(), "after": after}}).json()
        draw = (body.get("data") or {}).get("returnDraw")
        if "errors" in body:
            raise ValueError("errors")
        if draw is None:
            return
        yield draw
        if not draw["returns"]["pageInfo"]["hasNextPage"]:
            return
        after = draw["returns"]["pageInfo"]["endCursor"]
