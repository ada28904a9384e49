"""Whether the proof of reading would notice: with one rule, order or relation broken, the readings differ before long."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random

import pytest

from plans.plan import Source
from schema import build
from tests.plans.reading.city import VIEWERS
from tests.plans.reading.generate import Asked, write
from tests.plans.reading.routes import Step, routes
from tests.plans.reading.sabotage import Sabotage, sabotages
from tests.plans.reading.scopes import covered
from tests.plans.reading.values import Dice
from tests.plans.reading.ways import Bench, Reading

MOST = 500  # documents
SCHEMA = build.build()
SOURCE = Source(build.graphql_schema(SCHEMA), build.mapping(SCHEMA))

Way = tuple[str, Step]
"""Who goes it, and the step that must be taken."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that is answered, what the plain resolvers answer, and the statement."""

    who: str
    asked: Asked
    reading: Reading
    sql: str


@dataclass(slots=True)
class Corpus:
    """Documents along each way, made when they are first needed, and the same ones in every run."""

    bench: Bench
    made: dict[Way, list[Prepared]] = field(default_factory=dict)
    dice: dict[Way, Dice] = field(default_factory=dict)

    def along(self, ways: list[Way]) -> Iterator[Prepared]:
        """Documents along all of the ways in turn."""
        for turn in range(MOST // len(ways) + 1):
            for way in ways:
                yield self.document(way, turn)

    def document(self, way: Way, turn: int) -> Prepared:
        made, dice = self.made.setdefault(way, []), self.dice.setdefault(way, Dice(Random(str(way))))
        while len(made) <= turn:
            viewer = VIEWERS[way[0]]
            asked = write(dice, self.bench.clients[way[0]], way[1])
            reading = self.bench.plainly(asked, viewer)
            if not reading.errors:
                made.append(Prepared(way[0], asked, reading, self.bench.plan(asked, viewer).sql))
        return made[turn]


@pytest.fixture(scope="module")
def corpus(bench: Bench) -> Corpus:
    return Corpus(bench)


ROUTES = {who: routes(SOURCE.schema, partial(covered, viewer)) for who, viewer in VIEWERS.items()}


def ways_to_notice(sabotage: Sabotage) -> list[Way]:
    """Where the broken field is asked, or the type with the broken rule is come to, by viewers whom it concerns."""
    found: list[Way] = []
    for who, known in ROUTES.items():
        if sabotage.kind in (None, VIEWERS[who].kind.value):
            asked = [step for step in known.steps + known.leaves if step[:2] == (sabotage.type.name, sabotage.field)]
            found += [(who, step) for step in (asked if sabotage.field else known.to.get(sabotage.type.name, []))]
    return found


# The lines of a bill hang on the bill alone, whose rule is theirs, but for pharmacies; diagnoses on their encounter, services
# on their agreement, totals on their settlement, which residents do not see. An institution asks for agreements of its own
# alone, and the type's rule leaves it those.
NOBODY_NOTICES = {
    "BillItem: every row is shown to RESIDENT",
    "AgreementService: every row is shown to RESIDENT",
    "AgreementService: every row is shown to INSTITUTION",
    "Diagnosis: every row is shown to RESIDENT",
    "Diagnosis: every row is shown to INSTITUTION",
    "Institution.familyDoctorAgreements: institution_id is forgotten",
    "SettlementTotals: every row is shown to RESIDENT",
}
ALL = {
    sabotage.name: (sabotage, ways)
    for mapping in SOURCE.mapping.types.values()
    for sabotage in sabotages(mapping)
    if sabotage.name not in NOBODY_NOTICES and (ways := ways_to_notice(sabotage))
}


@pytest.mark.parametrize("name", ALL)
def test_a_broken_mapping_is_noticed(corpus: Corpus, name: str) -> None:
    sabotage, ways = ALL[name]
    bench = corpus.bench.sabotaged(Source(SOURCE.schema, sabotage.done(SOURCE.mapping)))
    for prepared in corpus.along(ways):
        viewer = VIEWERS[prepared.who]
        if bench.plan(prepared.asked, viewer).sql == prepared.sql:
            continue
        reading = bench.hot(prepared.asked, viewer)
        told = (reading.data, set(reading.seen), reading.steps)
        if told != (prepared.reading.data, set(prepared.reading.seen), prepared.reading.steps):
            return
    pytest.fail(f"{MOST} documents did not notice")
