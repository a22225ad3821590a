"""The age ledger over several checks: what closes a finding, and what does not."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from codexreport.errors import EvidenceError
from codexreport.evidence.keep import derived_files
from codexreport.evidence.log import read
from codexreport.files import sha256
from codexreport.measure import State
from codexreport.pipeline.ages import keep_ages
from codexreport.pipeline.check import check
from codexreport.pipeline.exhibits import Exhibit, Terms, exhibits_of_paths
from codexreport.project.workspace import Workspace
from codexreport.readers.freshness import Demands
from codexreport.supply_chain.ages import SLA_DAYS
from codexreport.supply_chain.ledger_text import parse_ledger

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def trivy(at, *ids, complete=True):
    """A scan of one image at a moment; of a system out of support where not complete."""
    found = [
        {"VulnerabilityID": one, "PkgName": "openssl", "InstalledVersion": "3", "Severity": "HIGH"}
        for one in ids
    ]
    target = {"Target": "shop (debian 12)", "Class": "os-pkgs", "Type": "debian"}
    return {
        "SchemaVersion": 2,
        "CreatedAt": at.isoformat(),
        "ArtifactName": "shop",
        "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "debian", "Name": "12", "EOSL": not complete}},
        "Results": [{**target, "Vulnerabilities": found}],
    }


@pytest.fixture
def fold(tmp_path):
    """Checks scans by file name and folds them; gives what the ledger says of itself."""

    def run(now, demands=Demands(), source="", **scans):  # noqa: B008, a frozen value
        exhibits = []
        for name, scan in scans.items():
            path = tmp_path / f"{name}.json"
            path.write_text(json.dumps(scan))
            terms = Terms(source=source, demands=demands)
            exhibits += [
                Exhibit(piece=one.piece, terms=terms)
                for one in exhibits_of_paths([path], terms, now)
            ]
        return keep_ages(Workspace(tmp_path), check(exhibits, now), now, SLA_DAYS)

    return run


@pytest.fixture
def ledger(tmp_path):
    """The ledger as it is kept, its entries by their last name."""

    def load():
        text = (tmp_path / "evidence/phase6/vulnerabilities.jsonl").read_text()
        return {one.ids[0]: one for one in parse_ledger(text).entries}

    return load


def test_a_finding_is_closed_by_a_later_complete_scan(fold, ledger):
    fold(NOW, scan=trivy(NOW, "CVE-2026-1", "CVE-2026-2"))
    said = fold(NOW + DAY, scan=trivy(NOW + DAY, "CVE-2026-2"))
    closed, still = ledger()["CVE-2026-1"], ledger()["CVE-2026-2"]
    assert (closed.closed_at, closed.closed_why) == (NOW + DAY, "not found by Trivy on 2026-10-07")
    assert (still.first_seen, still.last_seen, still.closed_at) == (NOW, NOW + DAY, None)
    assert said.summary == "1 open finding, 0 overdue, 1 closed"
    assert said.state is State.PASS


def test_an_incomplete_scan_closes_nothing(fold, ledger):
    fold(NOW, scan=trivy(NOW, "CVE-2026-1"))
    fold(NOW + DAY, scan=trivy(NOW + DAY, complete=False))
    assert ledger()["CVE-2026-1"].closed_at is None


@pytest.mark.parametrize(
    ("demands", "late"),
    [(Demands(max_age=DAY), 3 * DAY), (Demands(commit="c0ffeec"), DAY), (Demands(), -2 * DAY)],
    ids=["stale", "of another commit", "from the future"],
)
def test_a_scan_that_is_no_evidence_closes_nothing(fold, ledger, demands, late):
    fold(NOW - 5 * DAY, scan=trivy(NOW - 5 * DAY, "CVE-2026-1"))
    fold(NOW + late, demands, scan=trivy(NOW, "CVE-2026-2"))
    assert ledger()["CVE-2026-1"].closed_at is None
    assert ledger()["CVE-2026-2"].closed_at is None


def test_a_scan_from_the_future_is_seen_now(fold, ledger):
    """Else every real scan until then would be older than the last."""
    fold(NOW, scan=trivy(NOW + 30 * DAY, "CVE-2026-1"))
    assert ledger()["CVE-2026-1"].first_seen == NOW
    fold(NOW + DAY, scan=trivy(NOW + DAY))
    assert ledger()["CVE-2026-1"].closed_at == NOW + DAY


def test_scans_of_two_files_close_nothing_of_each_other(fold, ledger):
    fold(NOW, a=trivy(NOW, "CVE-2026-1"), b=trivy(NOW, "CVE-2026-2"))
    fold(NOW + DAY, b=trivy(NOW + DAY))
    assert ledger()["CVE-2026-1"].closed_at is None
    assert ledger()["CVE-2026-2"].closed_at == NOW + DAY


def test_the_files_of_one_source_are_one_look(fold, ledger):
    """The second file does not name what the first found, and may be of another part."""
    fold(NOW, source="images", a=trivy(NOW - DAY, "CVE-2026-1"), b=trivy(NOW, "CVE-2026-2"))
    assert {one.closed_at for one in ledger().values()} == {None}
    assert ledger()["CVE-2026-1"].first_seen == NOW - DAY
    later = NOW + DAY
    fold(later, source="images", a=trivy(later), b=trivy(later, "CVE-2026-2", complete=False))
    assert {one.closed_at for one in ledger().values()} == {None}
    later = NOW + 2 * DAY
    fold(later, source="images", c=trivy(later), d=trivy(later, "CVE-2026-2"))
    assert ledger()["CVE-2026-1"].closed_at == later
    assert ledger()["CVE-2026-2"].closed_at is None


def test_what_is_open_for_longer_than_it_may_be_fails(fold):
    """High ones may be open for 14 days: first seen at `NOW`, one second later it is overdue."""
    fold(NOW, scan=trivy(NOW, "CVE-2026-1"))
    late = NOW + 14 * DAY
    assert fold(late, scan=trivy(late, "CVE-2026-1")).state is State.PASS
    late += timedelta(seconds=1)
    said = fold(late, scan=trivy(late, "CVE-2026-1"))
    assert said.state is State.FAIL
    assert "1 of high severity open for more than 14 days" in said.reason


def test_a_ledger_of_no_complete_scan_is_unknown(fold):
    said = fold(NOW)
    assert (said.state, said.reason) == (State.UNKNOWN, "No complete scan has been recorded.")


def test_the_same_check_again_changes_no_byte(fold, tmp_path):
    path = tmp_path / "evidence/phase6/vulnerabilities.jsonl"
    scans = {"a": trivy(NOW - DAY, "CVE-2026-1"), "b": trivy(NOW, "CVE-2026-2")}
    fold(NOW, source="images", **scans)
    before = path.read_bytes()
    fold(NOW, source="images", **scans)
    assert path.read_bytes() == before


def test_the_record_names_the_ledger_and_what_went_into_it(fold, tmp_path):
    said = fold(NOW, scan=trivy(NOW, "CVE-2026-1"))
    folder = tmp_path / "evidence/phase6"
    (record,) = read(folder).records
    (artifact,) = record["artifacts"]
    written = (folder / "vulnerabilities.jsonl").read_bytes()
    assert (record["kind"], record["state"], record["as_of"]) == ("check", "pass", NOW.isoformat())
    assert artifact["sha256"] == said.origin.sha256 == sha256(written)
    assert artifact["origin"] == {"inputs": [sha256((tmp_path / "scan.json").read_bytes())]}
    for name, content in derived_files("phase6", read(folder)).items():
        assert (folder / name).read_bytes() == content


def test_checks_at_the_same_time_lose_no_finding(fold, ledger, tmp_path):
    names = [f"CVE-2026-{number}" for number in range(8)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda one: fold(NOW, **{one: trivy(NOW, one)}), names))
    assert sorted(ledger()) == names
    folder = tmp_path / "evidence/phase6"
    listed = json.loads((folder / "manifest.json").read_text())["artifacts"]
    assert [one["sha256"] for one in listed] == [
        sha256((folder / "vulnerabilities.jsonl").read_bytes())
    ]
    assert len(read(folder).records) == len(names)


@pytest.mark.parametrize("damage", [b"\xff", b'{"record": "scan"}\n', b"\n"])
def test_a_ledger_that_was_written_by_hand_is_refused_and_left_alone(fold, tmp_path, damage):
    fold(NOW, scan=trivy(NOW, "CVE-2026-1"))
    path = tmp_path / "evidence/phase6/vulnerabilities.jsonl"
    damaged = path.read_bytes() + damage
    path.write_bytes(damaged)
    with pytest.raises(EvidenceError, match=r"vulnerabilities\.jsonl"):
        fold(NOW + DAY, scan=trivy(NOW + DAY))
    assert path.read_bytes() == damaged
    assert len(read(path.parent).records) == 1
