"""What is read out of flags and deployments, and the traps that lie in them."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from fractions import Fraction

import pytest
from examples import FORMATS

from codexreport.errors import SourceError
from codexreport.readers.deployments import DeploymentsReader
from codexreport.readers.flagd import FlagdReader
from codexreport.readers.flags import FlagsReader
from codexreport.readers.github_deployments import GitHubDeploymentsReader
from codexreport.readers.notation.document import Document
from codexreport.rollout.deployments import Outcome
from codexreport.rollout.flags import FlagCategory, FlagState


def example(name):
    return Document(name, (FORMATS / name).read_bytes())


def document(value):
    return Document("a file", json.dumps(value).encode())


def flagd(**flag):
    whole = {"state": "ENABLED", "variants": {"on": True, "off": False}, **flag}
    return FlagdReader().parse(document({"flags": {"f": whole}})).flags[0]


def test_what_flagd_has_no_field_for_stands_in_metadata_and_a_flags_own_comes_first():
    first, second, third = FlagdReader().parse(example("flagd/pass-owned.json")).flags
    assert (first.owner, first.expires, first.category) == (
        "team-payments",
        date(2026, 12, 1),
        FlagCategory.EXPERIMENTAL,
    )
    assert (third.owner, third.state) == ("team-platform", FlagState.DISABLED)
    assert first.shares == (("on", Fraction(1, 4)), ("off", Fraction(3, 4)))
    assert second.named == ("red", "blue")
    assert second.shares is None
    assert second.targeted


def test_a_weight_that_is_not_written_is_one():
    flag = flagd(targeting={"fractional": [["on"], ["off", 3]]})
    assert flag.shares == (("on", Fraction(1, 4)), ("off", Fraction(3, 4)))


def test_weights_that_are_rules_or_nothing_are_no_shares():
    assert flagd(targeting={"fractional": [["on", {"var": "n"}]]}).shares is None
    assert flagd(targeting={"fractional": [["on", 0]]}).shares is None
    assert flagd(targeting={}).targeted is False


def test_text_in_a_condition_is_no_variant():
    rule = {"if": [{"in": ["@shop.example", {"var": "email"}]}, "on", "of"]}
    assert flagd(targeting=rule).named == ("on", "of")


def test_flagd_takes_a_list_of_flags_too():
    row = {"key": "f", "state": "ENABLED", "variants": {"on": True}}
    whole = document({"flags": [row]})
    assert FlagdReader().recognises(whole)
    assert FlagdReader().parse(whole).flags[0].key == "f"


def test_a_plain_flag_has_on_and_off_and_an_exact_share():
    first, second = FlagsReader().parse(example("flags/pass-owned.json")).flags
    assert first.shares == (("on", Fraction(1, 8)), ("off", Fraction(7, 8)))
    assert second.state is FlagState.DISABLED
    assert FlagsReader().parse(example("flags/pass-owned.json")).commit == "4f2a9c1d"


@pytest.mark.parametrize("percentage", [-1, 100.5, "12"])
def test_a_share_outside_0_to_100_is_refused(percentage):
    row = {"key": "f", "enabled": True, "percentage": percentage}
    with pytest.raises(SourceError, match=r"flags\[0\]\.percentage"):
        FlagsReader().parse(document({"flags": [row]}))


def test_csv_and_json_of_deployments_say_the_same():
    csv = Document(
        "a file",
        b"id,environment,started,outcome,version\nd,production,2026-10-01T09:00Z,Succeeded,1.0\n",
    )
    row = {
        "id": "d",
        "environment": "production",
        "started": "2026-10-01T09:00:00Z",
        "outcome": "success",
        "version": "1.0",
    }
    reader = DeploymentsReader()
    assert (
        reader.parse(csv).deployments == reader.parse(document({"deployments": [row]})).deployments
    )


def test_the_newest_status_of_a_github_deployment_counts_whatever_their_order():
    found = GitHubDeploymentsReader().parse(
        example("github-deployments/pass-latest-succeeded.json")
    )
    first = found.deployments[0]
    assert first.outcome is Outcome.SUCCEEDED
    assert first.finished == datetime(2026, 10, 3, 9, 3, tzinfo=timezone.utc)
    assert first.commit.startswith("13f2a9c1d")
    value = example("github-deployments/pass-latest-succeeded.json").json
    for row in value:
        row["statuses"].reverse()
    assert GitHubDeploymentsReader().parse(document(value)) == found


def test_of_statuses_of_one_second_githubs_first_is_the_newest():
    row = {
        "id": 1,
        "sha": "4f2a9c1d",
        "environment": "production",
        "created_at": "2026-10-01T09:00:00Z",
        "statuses": [
            {"state": "success", "created_at": "2026-10-01T09:01:00Z"},
            {"state": "in_progress", "created_at": "2026-10-01T09:01:00Z"},
        ],
    }
    (found,) = GitHubDeploymentsReader().parse(document([row])).deployments
    assert found.outcome is Outcome.SUCCEEDED


def test_a_github_deployment_that_failed_and_is_inactive_now_has_failed():
    row = {
        "id": 1,
        "sha": "4f2a9c1d",
        "environment": "production",
        "created_at": "2026-10-01T09:00:00Z",
        "statuses": [
            {"state": "inactive", "created_at": "2026-10-02T09:00:00Z"},
            {"state": "failure", "created_at": "2026-10-01T09:05:00Z"},
        ],
    }
    reader = GitHubDeploymentsReader()
    (failed,) = reader.parse(document([row])).deployments
    row["statuses"][1]["state"] = "success"
    (replaced,) = reader.parse(document([row])).deployments
    assert (failed.outcome, replaced.outcome) == (Outcome.FAILED, Outcome.INACTIVE)
    assert failed.finished == replaced.finished == datetime(2026, 10, 1, 9, 5, tzinfo=timezone.utc)


def test_a_deployment_may_say_when_what_it_brought_was_committed():
    csv = (
        b"id,environment,started,outcome,committed\nd,live,2026-10-01T09:00Z,ok,2026-09-30T09:00Z\n"
    )
    (one,) = DeploymentsReader().parse(Document("a file", csv)).deployments
    assert one.committed == datetime(2026, 9, 30, 9, tzinfo=timezone.utc)
