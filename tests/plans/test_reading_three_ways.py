"""One document, read three ways: the hot way, through graphql-core's executor, and by resolvers that only the tests have.

The documents are drawn over the whole schema for every kind of viewer; the answers are equal to the order of their keys, and the
access log tells of just the residents who were read. Wrong documents are refused alike.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.notifications import EVENTS
from tests.plans.reading.again import asked_again, like
from tests.plans.reading.city import VIEWERS
from tests.plans.reading.generate import Asked, documents
from tests.plans.reading.plain import TABLES
from tests.plans.reading.scopes import SUBJECTS
from tests.plans.reading.texts import LETTERS
from tests.plans.reading.ways import Bench
from tests.plans.reading.wrong import damaged, refusals

# Twice what other tests draw: there are eleven viewers.
THOROUGH = settings(max_examples=2 * settings().max_examples, suppress_health_check=list(HealthCheck))


def question(bench: Bench, data: st.DataObject) -> tuple[str, Asked]:
    """Who asks, and what."""
    who = data.draw(st.sampled_from(list(VIEWERS)))
    asked: Asked = data.draw(documents(bench.clients[who]))
    return who, asked


@THOROUGH
@given(st.data())
def test_three_readings_are_one(bench: Bench, data: st.DataObject) -> None:
    who, asked = question(bench, data)
    agree(bench, who, asked)


@THOROUGH
@given(st.data())
def test_what_is_remembered_of_a_document_does_not_show(bench: Bench, data: st.DataObject) -> None:
    who, asked = question(bench, data)
    first = bench.hot(asked, VIEWERS[who])
    other, again = data.draw(st.sampled_from(like(who))), data.draw(asked_again(bench.clients[who], asked))
    agree(bench, other, again)
    assert bench.hot(asked, VIEWERS[who]) == first


def agree(bench: Bench, who: str, asked: Asked) -> None:
    """Fails unless all ways give the same. The document is valid."""
    viewer = VIEWERS[who]
    plainly, hot = bench.plainly(asked, viewer), bench.hot(asked, viewer)
    if plainly.errors or hot.errors:
        # Of several reasons one is told. Which is the compiler's choice, and a null that travels up hides some from the other way.
        assert plainly.errors
        assert len(hot.errors) == 1
        return
    assert hot.data == plainly.data
    assert hot.seen.keys() == plainly.seen.keys()
    assert hot.steps == plainly.steps
    assert all(len(rows) == 1 for rows in hot.seen.values())
    executed = bench.executed(asked, viewer)
    assert executed.data == plainly.data
    assert executed.seen == hot.seen
    assert executed.steps == hot.steps


@THOROUGH
@given(st.data())
def test_wrong_documents_are_refused_alike(bench: Bench, data: st.DataObject) -> None:
    who, asked = question(bench, data)
    asked = data.draw(damaged(asked))
    errors = refusals(bench.plain, asked)
    if errors:
        assert list(bench.hot(asked, VIEWERS[who]).errors) == errors
    else:
        agree(bench, who, asked)


def test_every_subject_of_a_notification_is_known_to_the_proof(bench: Bench) -> None:
    """A new one needs a line in `notices.sql` and its type in `scopes`."""
    told = {row["subject_letter"] for row in bench.city.tables["notification"]}
    assert told == {LETTERS[name] for name in SUBJECTS} == {how.letter for how in EVENTS.values()}


def test_every_type_with_an_id_is_known_to_the_proof(bench: Bench) -> None:
    """A new type needs a letter in `texts`, rows in `city.sql`, scopes in `scopes`, and resolvers in `plain` and `fields`."""
    types = bench.source.mapping.types.values()
    assert {mapping.name: mapping.letter for mapping in types if mapping.letter} == LETTERS
    assert TABLES.keys() >= LETTERS.keys()
    assert all(bench.city.tables[TABLES[name]] for name in LETTERS)
