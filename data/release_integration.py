"""What the integration protocol asks for, as files that the sample's team keeps."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from release_candidates import SERVICES, SIGNED, Candidate
from release_files import write, write_csv, write_json


def write_integration(folder: Path, candidate: Candidate) -> None:
    """What the integration protocol asks for, as files that a team keeps."""
    at = (candidate.built + timedelta(hours=3)).isoformat()
    write_json(folder / "integration-scope-matrix.json", scope(candidate, at))
    write_json(folder / "environment-validation-report.json", environment(candidate, at))
    write_json(folder / "contract-validation-results.json", contracts(candidate, at))
    header = ("ticket", "severity", "status", "owner", "remediation", "title")
    write_csv(folder / "defect-log.csv", header, candidate.defects)
    day = candidate.built.date().isoformat()
    for name, lines in documents(day).items():
        write(folder / name, "\n".join(lines) + "\n")
    write_json(folder / "integration-evidence-manifest.json", manifest(folder, at))
    if candidate.signed:
        write_json(folder / "integration-signoff.json", sign_off(candidate))


def scope(candidate: Candidate, at: str) -> dict[str, Any]:
    """Services, interfaces and what they depend on."""
    return {
        "schema": 1,
        "generated_at": at,
        "commit": candidate.commit,
        "services": [{"name": one, "owner": f"{one.capitalize()} team"} for one in SERVICES],
        "interfaces": [
            {
                "name": "search-api",
                "provider": "search",
                "consumer": "checkout",
                "contract": "contracts/search.json",
                "protocol": "HTTP",
            },
            {
                "name": "payment-api",
                "provider": "payments",
                "consumer": "checkout",
                "contract": "contracts/payments.json",
                "protocol": "HTTP",
            },
        ],
        "items": [
            {
                "name": "SHOP-290 New search index",
                "owner": "Search team",
                "test": "tests/search.xml",
                "flag": "search.new-index",
            },
            {
                "name": "SHOP-295 Suggestions while typing",
                "owner": "Search team",
                "test": "tests/staging.xml",
                "flag": "search.suggestions",
            },
        ],
        "dependencies": [
            {
                "name": "search-index",
                "expected": "8.14.1",
                "actual": candidate.environment.get("search-index", "8.14.1"),
                "owner": "Search team",
            }
        ],
        "prerequisites": [{"name": "Access to staging", "state": "ready"}],
    }


def environment(candidate: Candidate, at: str) -> dict[str, Any]:
    """What the integration environment is made of, against what was agreed."""
    agreed = {"search-index": "8.14.1", "postgres": "16.4", "queue": "3.13.7"}
    return {
        "schema": 1,
        "environment": "integration",
        "generated_at": at,
        "baseline": {"name": "production.env", "sha256": "5d" * 32},
        "components": [
            *(
                {
                    "name": name,
                    "kind": "version",
                    "expected": version,
                    "actual": candidate.environment.get(name, version),
                }
                for name, version in agreed.items()
            ),
            {"name": "search.new-index", "kind": "flag", "expected": True, "actual": True},
            {"name": "DATABASE_PASSWORD", "kind": "setting", "secret": True, "state": "same"},
        ],
    }


def contracts(candidate: Candidate, at: str) -> dict[str, Any]:
    """What every provider keeps of its promises."""
    asked = {
        "search-api": ("search", ("asks for articles", "asks for suggestions while typing")),
        "payment-api": ("payments", ("reserves an amount", "books a reservation")),
    }
    return {
        "schema": 1,
        "generated_at": at,
        "contracts": [
            {
                "name": name,
                "provider": provider,
                "consumer": "checkout",
                "state": "failed" if set(asks) & set(candidate.unverified) else "passed",
                "interactions": [
                    {
                        "description": one,
                        "state": "failed" if one in candidate.unverified else "passed",
                    }
                    for one in asks
                ],
            }
            for name, (provider, asks) in asked.items()
        ],
    }


def manifest(folder: Path, at: str) -> dict[str, Any]:
    """Every file of the folder with its hash."""
    files = [one for one in sorted(folder.iterdir()) if not one.name.endswith("manifest.json")]
    return {
        "schema": 1,
        "generated_at": at,
        "files": [
            {
                "path": one.name,
                "sha256": hashlib.sha256(one.read_bytes()).hexdigest(),
                "size": one.stat().st_size,
            }
            for one in files
            if one.name != "integration-signoff.json"
        ],
    }


def sign_off(candidate: Candidate) -> dict[str, Any]:
    """Who approved the integration, in which role."""
    return {
        "schema": 1,
        "scope": f"Integration of release {candidate.name}",
        "approvals": [
            {
                "role": "engineering",
                "decision": "approved",
                "timestamp": SIGNED.isoformat(),
            }
        ],
    }


def documents(day: str) -> dict[str, list[str]]:
    """The protocol's Markdown files, by name."""
    return {
        "test-data-inventory.md": [
            "# Test data",
            "",
            "| data set | source | refresh cadence | last refreshed |",
            "|---|---|---|---|",
            f"| articles | export of the catalogue | weekly | {day} |",
            f"| orders | made by the generator of the test bench | weekly | {day} |",
            "| postcodes | public register | static | - |",
        ],
        "observability-readiness.md": [
            "# Observability readiness",
            "",
            "| service | logs | metrics | traces |",
            "|---|---|---|---|",
            *(f"| {one} | yes | yes | yes |" for one in SERVICES),
        ],
        "integration-test-plan.md": [
            "# Integration test plan",
            "",
            "## Scenarios",
            "",
            "| scenario | owner | acceptance criteria |",
            "|---|---|---|",
            "| an article is searched and ordered | Search team | the order is confirmed once |",
            "| a payment is refused | Payments team | the basket is kept |",
            "",
            "## Entry criteria",
            "",
            "All services run in the integration environment, with the agreed versions.",
            "",
            "## Exit criteria",
            "",
            "Every scenario was accepted, and no critical defect is open.",
            "",
            "## Rollback",
            "",
            "The flag `search.new-index` is switched off; the old index is still written.",
        ],
        "regression-summary.md": [
            "# Regression summary",
            "",
            "| spot-check | owner | outcome |",
            "|---|---|---|",
            "| order with a voucher | Checkout team | passed |",
            "| payment by invoice | Payments team | passed |",
        ],
        "forward-recommendations.md": [
            "# Forward recommendations",
            "",
            "| recommendation | owner | due | link |",
            "|---|---|---|---|",
            "| switch the old index off | Search team | 2026-11-15 | SHOP-320 |",
        ],
    }
