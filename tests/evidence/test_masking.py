import base64
import json
from urllib.parse import quote

import pytest

from codexreport.evidence.masking import Mask, masked
from codexreport.evidence.secrets import SecretSearch

SECRET = "hunter2/+ü?&'x"
SEARCH = SecretSearch([("TOKEN", SECRET), ("SHORT", "abc")])


def streamed(content, size, search=SEARCH):
    mask = Mask(search)
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join([*map(mask.feed, chunks), mask.end()])


FORMS = {
    "plain": SECRET.encode(),
    "json": json.dumps(SECRET)[1:-1].encode(),
    "json in json": json.dumps(json.dumps(SECRET))[3:-3].encode(),
    "url": quote(SECRET, safe="").encode(),
    "url in lower case": quote(SECRET, safe="").lower().encode(),
    "base64": base64.b64encode(SECRET.encode()),
    "base64 for addresses": base64.urlsafe_b64encode(SECRET.encode()),
    "base64 after a user": base64.b64encode(b"user:" + SECRET.encode()),
    "base64 over lines": b"\n".join(
        base64.b64encode(SECRET.encode())[at : at + 7] for at in range(0, 21, 7)
    ),
    "hex": SECRET.encode().hex().encode(),
    "repr": repr(SECRET).encode(),
    "repr of bytes": repr(SECRET.encode()).encode(),
    "utf-16": SECRET.encode("utf-16-le"),
    "over lines": SECRET[:5].encode() + b"\r\n    " + SECRET[5:].encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_a_secret_is_masked_in_every_form_wherever_chunks_are_cut(form, size):
    before, after = b"x" * 6000 + b" before ", b" after " + b"y" * 6000
    kept = streamed(before + form + after, size)
    assert b"[masked: TOKEN]" in kept
    assert not SEARCH.name_in(kept)
    for part in (kept.split(b"[masked")[0], before):
        assert part.startswith(b"x" * 6000)
    assert kept.endswith(b"y" * 6000)
    # Nothing of it remains but digits of Base64 that also hold what stood beside it.
    assert len(kept) < len(before + after) + len(b"[masked: TOKEN]") + 12


@pytest.mark.parametrize("size", [1, 3, 17, 5000])
def test_what_holds_no_secret_is_passed_on_byte_by_byte(size):
    content = bytes(range(256)) * 40 + b"abc hunter2 TOKEN\r\n"
    assert streamed(content, size) == content


def test_secrets_that_overlap_are_masked_together():
    search = SecretSearch([("A", "secret-one"), ("B", "one-secret"), ("C", "secret")])
    for size in range(1, 40):
        kept = streamed(b"<secret-one-secret>" * 400, size, search)
        assert kept == b"<[masked: A]>" * 400


@pytest.mark.parametrize(
    "line",
    [
        b"Authorization: Bearer abcdef123456",
        b"> authorization: Basic dXNlcjpwYXNz",
        b'{"Authorization": "Token abcdef123456"}',
        b"Cookie: session=abcdef123456; other=abcdef123456",
        b"https://user:abcdef123456@host/path",
    ],
)
@pytest.mark.parametrize("size", [1, 10, 5000])
def test_what_must_be_a_secret_by_where_it_stands_is_masked(line, size):
    """Nobody said that the value is one."""
    kept = streamed(b"z" * 5000 + line + b"\nnext" + b"z" * 5000, size)
    assert b"123456" not in kept
    assert b"dXNlcjpwYXNz" not in kept
    assert b"[masked: " in kept
    assert b"next" in kept


def test_a_text_is_masked_as_a_stream_is():
    assert masked(f"a {SECRET} \udcff b", SEARCH) == "a [masked: TOKEN] \udcff b"


def test_a_stream_of_nothing_but_secrets_and_line_ends_is_passed_on_all_the_same():
    mask = Mask(SecretSearch([("A", "aaaaaa")]))
    passed = sum(len(mask.feed(b"a" * 1000)) for _ in range(100))
    assert 0 < passed < 5000
    assert len(mask.end()) < 1000
    mask = Mask(SEARCH)
    assert sum(len(mask.feed(b"\n" * 1000)) for _ in range(100)) > 90_000
