"""The files that say what each format must be read as, and the hostile ones none may pass."""

from __future__ import annotations

import gzip
from datetime import datetime, timezone
from pathlib import Path

FORMATS = Path(__file__).parent.parent / "fixtures" / "formats"
NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
STATES = ("pass", "warning", "fail", "unknown", "refused")


def fixtures(format_=None):
    """Every example, `<format>/<state>-<what>.<ext>`, in order."""
    pattern = f"{format_ or '*'}/*-*"
    return sorted(path for path in FORMATS.glob(pattern) if path.is_file())


def state_of(path):
    """What the file's name says must be said of it."""
    return path.name.partition("-")[0]


HOSTILE = {
    "empty": b"",
    "blank": b" \n\t\r\n ",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "a web page": b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    "a login page": b"<html><head><title>Sign in</title></head></html>",
    "gzip": gzip.compress(b'{"tests": 1}'),
    "a ZIP archive": b"PK\x03\x04" + bytes(40),
    "binary": bytes(range(256)) * 8,
    "control characters": b"\x01\x02\x03\x1b[31m",
    "half of a UTF-16 file": "\ufeffid,severity\n1,low\n".encode("utf-16-le")[:-3],
    "nothing but a brace": b"{",
    "an empty object": b"{}",
    "an empty list": b"[]",
    "null": b"null",
    "a number": b"1",
    "a string": b'"pass"',
    "NaN": b'{"a": NaN}',
    "an endless integer": b'{"a": ' + b"9" * 5000 + b"}",
    "a number too large": b'{"a": 1e999}',
    "a key twice": b'{"a": 1, "a": 2}',
    "half a character": b'{"a": "\\ud800"}',
    "deep JSON lists": b"[" * 100_000,
    "deep JSON objects": b'{"a":' * 100_000,
    "closed deep JSON": b"[" * 5000 + b"]" * 5000,
    "deep XML": b"<a>" * 100_000,
    "deep XML under a known root": b"<testsuites>" * 50_000,
    "unclosed XML": b"<testsuites><testsuite>",
    "an unknown XML root": b"<report/>",
    "a billion laughs": (
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><testsuites>&c;</testsuites>'
    ),
    "an external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><testsuites>&b;</testsuites>',
    "an external parameter entity": b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/x">%b;]><testsuites/>',
    "XML in no known encoding": b'<?xml version="1.0" encoding="x-none"?><testsuites/>',
    "YAML with an alias": b"a: &a [1]\nb: *a\n",
    "YAML with a tag": b"a: !!python/object/apply:os.system ['true']\n",
    "a header alone": b"id,severity,status\n",
    "CSV with an open quote": b'id,severity,status\n1,"high\n',
    "CSV with a short row": b"id,severity,status\n1,high\n",
    "prose": b"Everything went well.\n",
    "Parquet in name": b"PAR1" + bytes(64) + b"PAR1",
}
