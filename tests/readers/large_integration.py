"""For each artefact of an integration: a valid file of so many rows."""

from __future__ import annotations

from large_incidents import lines, listed

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def table(header, row, rows, after=""):
    rule = "|".join("-" * (header.count("|") - 1)).join("||")
    return lines(f"{header}\n{rule}\n", f"{row}\n", rows) + after.encode()


LARGE = {
    "scope-matrix": lambda rows: listed(
        '{"interfaces":[],"services":[', '{"name":"s@","owner":"team"}', "]}", rows
    ),
    "environment-report": lambda rows: listed(
        '{"environment":"e","baseline":{"name":"b"},"components":[',
        '{"name":"c@","expected":"1","actual":"1"}',
        "]}",
        rows,
    ),
    "contract-results": lambda rows: listed(
        '{"contracts":[',
        '{"name":"c@","provider":"p","consumer":"c","state":"passed"}',
        "]}",
        rows,
    ),
    "test-summary": lambda rows: listed(
        '{"suites":[', '{"name":"s@","state":"completed","passed":1}', "]}", rows
    ),
    "sign-off-record": lambda rows: listed(
        '{"scope":"all","approvals":[',
        '{"role":"r@","decision":"approved","timestamp":"2026-10-05T09:00Z"}',
        "]}",
        rows,
    ),
    "evidence-manifest": lambda rows: listed(
        '{"files":[', f'{{"path":"f@","sha256":"{DIGEST}"}}', "]}", rows
    ),
    "test-data": lambda rows: table(
        "|data set|source|cadence|last refreshed|", "|d@|export|weekly|2026-10-01|", rows
    ),
    "test-plan": lambda rows: table(
        "|scenario|owner|acceptance criteria|", "|s@|team|it works|", rows, "\n# Rollback\n\nYes.\n"
    ),
    "telemetry": lambda rows: table("|service|logs|metrics|traces|", "|s@|yes|yes|no|", rows),
    "regression": lambda rows: table("|spot-check|outcome|", "|c@|passed|", rows),
    "recommendations": lambda rows: table(
        "|recommendation|owner|due|link|", "|r@|team|2026-12-01|S-@|", rows
    ),
}
