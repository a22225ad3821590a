"""What every reader must keep to, by being registered."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction

import pytest
from examples import FORMATS, HOSTILE, NOW, STATES, fixtures, state_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codexreport.errors import SourceError
from codexreport.facts import About
from codexreport.measure import State, worst
from codexreport.pipeline.check import check_file
from codexreport.readers.notation.containers import Container
from codexreport.readers.notation.document import Document
from codexreport.readers.notation.limits import Limits
from codexreport.readers.registry import all_readers, detect, names, reader

TEXTS = {Container.JSON, Container.JSON_LINES, Container.CSV, Container.XML}
ABOUT = About(subject="a file", now=NOW)

every_reader = pytest.mark.parametrize("name", names())


def every(paths):
    """A test for each of these files."""
    return pytest.mark.parametrize(
        "path", paths, ids=[f"{path.parent.name}/{path.name}" for path in paths]
    )


UNDERSTOOD = [path for path in fixtures() if state_of(path) != "refused"]
every_fixture = every(fixtures())
every_understood = every(UNDERSTOOD)
every_text = every([path for path in UNDERSTOOD if path.suffix != ".parquet"])


def understood(name, body, **limits):
    """The measures of `body` as this format, or None where it is refused; nothing else happens."""
    document = Document("a file", body, limits=Limits(**limits))
    try:
        if document.container not in reader(name).containers:
            return None
        facts = reader(name).parse(document)
    except SourceError as refusal:
        check_refusal(refusal)
        return None
    measures = facts.measures(ABOUT)
    assert isinstance(facts.summary(), str)
    for one in measures:
        assert isinstance(one.value, int | float | Fraction | None)
        assert one.value is None or math.isfinite(one.value), one
        assert one.state is not State.UNKNOWN or one.reason, one
    json.dumps([one.to_dict() for one in measures], allow_nan=False).encode()
    return measures


def check_refusal(refusal):
    assert refusal.message.startswith("a file:")
    assert refusal.message.isprintable()


@every_reader
def test_it_says_what_it_reads_and_what_makes_it(name):
    one = reader(name)
    assert one.format == name
    assert one.title
    assert one.made_by
    assert one.containers


@every_reader
def test_it_has_examples_of_the_best_and_of_what_it_cannot_judge(name):
    states = {state_of(path) for path in fixtures(name)}
    assert states <= set(STATES)
    assert states & {"pass", "warning", "unknown"}
    assert states & {"unknown", "refused"}
    assert len(fixtures(name)) > 1


def test_every_example_belongs_to_a_format_that_is_read():
    assert {path.parent.name for path in fixtures()} == set(names())


@every_fixture
def test_an_example_is_judged_as_its_name_says(path):
    checked = check_file(path, NOW)
    expected = state_of(path)
    if expected == "refused":
        assert checked.state is State.UNKNOWN
        assert not checked.measures
    else:
        assert checked.format == path.parent.name, checked.reason
        assert checked.state.value == expected, checked.reason
        assert checked.summary
    assert checked.state is State.PASS or checked.reason


@every_understood
def test_an_example_is_recognised_by_its_own_reader_alone(path):
    document = Document(path.name, path.read_bytes())
    claims = [
        one.format
        for one in all_readers()
        if document.container in one.containers and one.recognises(document)
    ]
    assert claims == [path.parent.name]


@every_reader
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_never_passed(name, body):
    measures = understood(name, body)
    assert measures is None or worst(one.state for one in measures) is not State.PASS


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_is_unknown_to_the_command(tmp_path, body):
    path = tmp_path / "results.xml"
    path.write_bytes(body)
    checked = check_file(path, NOW)
    assert checked.state is State.UNKNOWN
    assert checked.reason


@every_fixture
def test_a_file_that_is_cut_short_is_noticed_or_says_less(path):
    """JSON and XML show it; lines can be missing from a file of lines, and nothing tells."""
    whole = path.read_bytes().rstrip()
    closed = Document(path.name, whole).container in {Container.JSON, Container.XML}
    for share in range(1, 40):
        measures = understood(path.parent.name, whole[: len(whole) * share // 40])
        assert measures is None or not closed


@every_text
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be with a mark"])
def test_every_legal_encoding_says_the_same(path, encoding):
    whole = path.read_bytes()
    name = path.parent.name
    plain = Document(path.name, whole)
    text = re.sub(r"(<\?xml[^>]*?) encoding=([\"']).*?\2", r"\1", plain.text)
    body = b"\xfe\xff" + text.encode("utf-16-be") if "mark" in encoding else text.encode(encoding)
    assert detect(Document(path.name, body)).format == name
    assert understood(name, body) == understood(name, whole)


@every_text
def test_line_ends_do_not_matter(path):
    whole = path.read_bytes()
    dos = whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert understood(path.parent.name, dos) == understood(path.parent.name, whole)


@every_reader
@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=400))
def test_arbitrary_bytes_are_understood_or_refused(name, body):
    understood(name, body)


@every_reader
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_example_is_understood_or_refused(name, data):
    path = data.draw(st.sampled_from(fixtures(name)))
    body = path.read_bytes()
    at = data.draw(st.integers(0, max(len(body) - 1, 0)))
    length = data.draw(st.integers(0, 20))
    understood(name, body[:at] + data.draw(st.binary(max_size=20)) + body[at + length :])


odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "0", "-1", "NaN", "inf", "1e999", "2026-13-45", "9999-12-31T23:59:59Z", "\x00"]
    ),
    st.sampled_from([[], {}, [None], [[]], {"": None}, [{}]]),
)


def places(value, prefix=()):
    """Every place in a JSON value."""
    yield prefix
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in children:
        yield from places(child, (*prefix, key))


def with_value(value, place, new):
    """`value` with `new` at `place`."""
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = with_value(value[place[0]], place[1:], new)
    return copy


@every_reader
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_value_of_another_kind_is_understood_or_refused(name, data):
    """In JSON any value, in XML any attribute, in CSV any cell may be anything."""
    path = data.draw(st.sampled_from(fixtures(name)))
    body = path.read_bytes()
    try:
        container = Document(path.name, body).container
        if container is Container.JSON:
            value = Document(path.name, body).json
            place = data.draw(st.sampled_from(list(places(value))))
            changed = json.dumps(with_value(value, place, data.draw(odd_values))).encode()
        else:
            cells = list(re.finditer(rb'"[^"\n]*"|(?<=[,;=:|])[^,;|"<\n]*', body)) or [
                re.match(b"", body)
            ]
            cell = data.draw(st.sampled_from(cells))
            odd = data.draw(odd_values.map(lambda one: str(one).encode()))
            quote = b'"' if cell[0].startswith(b'"') else b""
            changed = body[: cell.start()] + quote + odd + quote + body[cell.end() :]
    except SourceError:
        return
    understood(name, changed)


@every_reader
def test_a_row_too_many_is_refused_by_the_name_of_the_limit(name):
    best = next(path for path in fixtures(name) if state_of(path) != "refused")
    document = Document(
        "a file", best.read_bytes(), limits=Limits(max_bytes=10, max_stream_bytes=10)
    )
    with pytest.raises(SourceError, match=r"max_(stream_)?bytes = 10"):
        assert document.container


@every_reader
def test_half_a_million_rows_are_read_within_the_limits(name):
    assert understood(name, large()[name](500_000), max_seconds=600)


def large():
    """For each format, what makes a valid file of so many rows."""
    import large_incidents
    import large_integration
    import large_performance
    import large_quality
    import large_supply_chain

    made = {}
    for one in (
        large_quality,
        large_performance,
        large_supply_chain,
        large_incidents,
        large_integration,
    ):
        made.update(one.LARGE)
    return made


def test_the_examples_are_small():
    assert all(path.stat().st_size < 30_000 for path in FORMATS.rglob("*") if path.is_file())
