"""Make what tools left behind of the sample's release 4.2.0: four candidates, four decisions.

    python data/make_release.py [FOLDER]

The story is told in `sample/README.md`. Settings, gates and documents are written by hand; this
makes what lies in `sample/releases/`. `make_evidence.py` makes the records beside it.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from release_candidates import (
    BEFORE,
    CANDIDATES,
    PRODUCTION_SCANS,
    ROLLOUT_SEEN,
    ROLLOUT_TROUBLE,
    SEED,
    SERVICES,
    Candidate,
)
from release_files import write, write_csv, write_json
from release_integration import write_integration

COMPONENTS = {"flags": 42, "staging": 31, "search": 96, "checkout": 118, "payments": 64}
"""How many tests each component has."""
SUBJECTS = ("basket", "voucher", "order", "article", "address", "price", "customer", "filter")
VERBS = ("is_kept", "is_refused", "is_rounded", "is_shown", "is_counted", "expires", "is_found")


def main(folder: Path) -> None:
    """Write all files below `folder`, and the scans of production beside it."""
    write_production_scans(folder.parent / "scans")
    write_storefront(folder.parent / "measurements" / "storefront.parquet")
    write_load(folder / BEFORE.name, BEFORE)
    for candidate in CANDIDATES:
        place = folder / candidate.name
        for component in COMPONENTS:
            write_tests(place / "tests" / f"{component}.xml", candidate, component)
        write_coverage(place / "coverage.xml", candidate)
        write_load(place, candidate)
        write_scan(place / "scan.json", candidate)
        write_spending(place / "spending.csv", candidate)
        write_integration(place / "integration", candidate)


def write_tests(path: Path, candidate: Candidate, component: str) -> None:
    """One component's JUnit results."""
    rng = generator(candidate, component)
    broken = candidate.broken.get(component, ())
    names = [*broken, *test_names(component, COMPONENTS[component] - len(broken))]
    lengths = np.round(rng.lognormal(-3.2, 0.8, len(names)), 3)
    cases = []
    for name, seconds in zip(names, lengths.tolist(), strict=True):
        failed = '<failure message="assertion failed"/>' if name in broken else ""
        cases.append(f'<testcase classname="{component}" name="{name}" time="{seconds}">{failed}')
    at = (candidate.built + timedelta(minutes=40)).isoformat()
    head = (
        f'<testsuite name="{component}" tests="{len(names)}" failures="{len(broken)}" errors="0" '
        f'skipped="0" time="{lengths.sum():.3f}" timestamp="{at}">'
    )
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<testsuites>", head]
    lines += [f"{case}</testcase>" for case in cases]
    end = [] if candidate.cut and component == "staging" else ["</testsuite>", "</testsuites>"]
    write(path, "\n".join([*lines, *end]) + "\n")


def test_names(component: str, number: int) -> list[str]:
    """So many names, each once."""
    names = [f"test_{one}_{verb}" for verb in VERBS for one in SUBJECTS]
    again = [f"{name}_in_{component}" for name in names] + [f"{name}_twice" for name in names]
    return [*names, *again][:number]


def write_coverage(path: Path, candidate: Candidate) -> None:
    """Line coverage, one file a service."""
    rng = generator(candidate, "coverage")
    classes, covered, valid = [], 0, 0
    for service in SERVICES:
        hit = rng.random(150) < candidate.covered
        covered, valid = covered + int(hit.sum()), valid + len(hit)
        lines = "".join(f'<line number="{n}" hits="{int(h)}"/>' for n, h in enumerate(hit, 1))
        classes.append(
            f'<class name="{service}" filename="shop/{service}.py" line-rate="{hit.mean():.4f}" '
            f'branch-rate="0" complexity="0"><methods/><lines>{lines}</lines></class>'
        )
    rate = covered / valid
    stamp = round((candidate.built + timedelta(minutes=40)).timestamp() * 1000)
    write(
        path,
        f'<?xml version="1.0"?>\n<coverage version="7.6" timestamp="{stamp}" '
        f'lines-valid="{valid}" lines-covered="{covered}" line-rate="{rate:.4f}" '
        'branches-valid="0" branches-covered="0" branch-rate="0" complexity="0">\n'
        "<sources><source>.</source></sources>\n"
        f'<packages><package name="shop" line-rate="{rate:.4f}" branch-rate="0" complexity="0">'
        f"<classes>\n{chr(10).join(classes)}\n</classes></package></packages>\n</coverage>\n",
    )


def write_load(folder: Path, candidate: Candidate) -> None:
    """Every request of a load test of five minutes, in Parquet."""
    rng = generator(candidate, "load")
    endpoints = {"GET /search": (1800, 88.0), "POST /orders": (700, 61.0), "GET /basket": (900, 24)}
    at, names, took, codes = [], [], [], []
    start = candidate.built + timedelta(hours=2)
    for endpoint, (number, middle) in endpoints.items():
        pace = candidate.pace if endpoint == "GET /search" else 1 + (candidate.pace - 1) / 8
        at.append(rng.integers(0, 300, number) + round(start.timestamp()))
        names += [endpoint] * number
        took.append(np.round(rng.lognormal(np.log(middle * pace), 0.34, number), 1))
        codes.append(np.where(rng.random(number) < candidate.failing, 503, 200))
    table = pa.table(
        {
            "timestamp": pa.array(np.concatenate(at), pa.timestamp("s", "UTC")),
            "endpoint": pa.array(names),
            "status": pa.array(np.concatenate(codes).astype(np.int16)),
            "latency_ms": pa.array(np.concatenate(took)),
        }
    ).sort_by([("timestamp", "ascending"), ("endpoint", "ascending")])
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / "load.parquet", compression="zstd", compression_level=19)


def write_scan(path: Path, candidate: Candidate) -> None:
    """What a scanner found in the candidate's image."""
    made = candidate.built + timedelta(minutes=20)
    write_json(path, scan(f"shop:{candidate.name}", made, candidate.vulnerabilities))


def scan(
    image: str, made: datetime, vulnerabilities: tuple[tuple[str, str, str, str], ...]
) -> dict[str, Any]:
    """What a scanner found in an image."""
    found = [
        {
            "VulnerabilityID": name,
            "PkgName": package,
            "PkgIdentifier": {"PURL": f"pkg:pypi/{package}@1.9.0"},
            "InstalledVersion": "1.9.0",
            "FixedVersion": fixed,
            "Status": "fixed",
            "Severity": severity,
        }
        for name, package, severity, fixed in vulnerabilities
    ]
    packages = [{"Name": name, "Version": "1.9.0"} for name in ("fastjson-lite", "image-resize")]
    result = {"Target": "Python", "Class": "lang-pkgs", "Type": "python-pkg", "Packages": packages}
    return {
        "SchemaVersion": 2,
        "CreatedAt": made.isoformat(),
        "ArtifactName": image,
        "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "debian", "Name": "12.11"}},
        "Results": [{**result, "Vulnerabilities": found} if found else result],
    }


def write_production_scans(folder: Path) -> None:
    """What a scanner found in production, week after week: one is closed, two are open."""
    for made, vulnerabilities in PRODUCTION_SCANS:
        name = f"production-{made.date().isoformat()}.json"
        write_json(folder / name, scan("shop:production", made, vulnerabilities))


def write_storefront(path: Path) -> None:
    """The storefront minute by minute while express checkout is rolled out, in Parquet.

    For two minutes in the second night one request in fifty failed.
    """
    rng = np.random.Generator(np.random.PCG64(SEED))
    first, last = (round(one.timestamp()) for one in ROLLOUT_SEEN)
    starts = np.arange(first, last, 60, dtype=np.int64)
    hour = (starts + 7200) % 86_400 / 3600
    valid = rng.poisson(300 + 600 * np.exp(-(((hour - 18) / 6) ** 2)))
    troubled = np.abs(starts - round(ROLLOUT_TROUBLE.timestamp())) < 61  # noqa: PLR2004, a minute
    failed = rng.binomial(valid, np.where(troubled, 0.05, 0.0004))
    table = pa.table(
        {
            "start": pa.array(starts, pa.timestamp("s", "UTC")),
            "valid": pa.array(valid, pa.int32()),
            "failed": pa.array(failed, pa.int32()),
            "within_500_ms": pa.array(valid - rng.binomial(valid, 0.006), pa.int32()),
            "within_1_s": pa.array(valid - rng.binomial(valid, 0.0008), pa.int32()),
        }
    )
    pq.write_table(table, path, compression="zstd", compression_level=19)


def write_spending(path: Path, candidate: Candidate) -> None:
    """Time and money, of what was planned."""
    day = candidate.built.date().isoformat()
    rows = [
        ("New search index", "cost", "EUR", 24_000, "Search team"),
        ("New search index", "time", "hours", 320, "Search team"),
        ("Load tests", "cost", "EUR", 3_000, "Shop operations"),
        ("Release and rollout", "time", "hours", 60, "Shop operations"),
    ]
    header = ("item", "kind", "unit", "budget", "actual", "owner", "as_of")
    table = [
        (item, kind, unit, budget, round(budget * candidate.spent), owner, day)
        for item, kind, unit, budget, owner in rows
    ]
    write_csv(path, header, table)


def generator(candidate: Candidate, what: str) -> np.random.Generator:
    """The same numbers for the same candidate and thing, whatever else is made."""
    name = f"{candidate.name} {what}".encode()
    return np.random.Generator(np.random.PCG64([SEED, *name]))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "sample" / "releases")
