import base64
import html
import json
from urllib.parse import quote

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence.secrets import assert_no_secret

SECRET = 'tok/en+ü"<&>12'
NAMED = [("PROM_TOKEN", SECRET)]


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps({"url": f"http://x/?t={SECRET}"}, ensure_ascii=False),
        html.escape(SECRET),
        quote(SECRET),
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        *(base64.b64encode(f"{user}:{SECRET}".encode()).decode() for user in ("a", "ab", "abc")),
    ],
)
def test_a_secret_is_found_in_every_usual_encoding(text):
    files = {"report.json": b"{}", "index.html": f"before {text} after".encode()}
    with pytest.raises(EvidenceError) as caught:
        assert_no_secret(files, NAMED)
    message = str(caught.value)
    assert "index.html holds the value of PROM_TOKEN" in message
    assert "env:PROM_TOKEN" in message
    assert "tok" not in message.replace("PROM_TOKEN", "")


def test_files_without_it_may_be_kept():
    assert_no_secret({"a": b"tok/en", "b": b"PROM_TOKEN env:PROM_TOKEN"}, NAMED)


def test_a_value_too_short_to_mean_anything_is_not_looked_for():
    assert_no_secret({"a": b"the weekly report"}, [("USER", "week"), ("EMPTY", "")])
