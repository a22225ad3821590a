"""Which sign-offs of a gate count, and why the others do not."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import count

import pytest

from codexreport.evidence.approvals import Demands, changed, evaluate
from codexreport.evidence.sign_off import Signature, SignOff, Word
from codexreport.measure import State

FILES = {"reports/launch/a/report.json": "a" * 64, "smoke.log": "b" * 64}
ROLES = ("engineering", "product")


@pytest.fixture
def given():
    """Makes sign-offs, one after the other, numbered from 1."""
    numbers = count(1)

    def make(name, role="engineering", word="approve", subjects=FILES, **changes):
        return SignOff(
            record=next(numbers),
            gate="launch",
            name=name,
            role=role,
            word=Word(word),
            comment=changes.pop("comment", ""),
            time="2026-10-06T09:00:00.000Z",
            subjects=subjects,
            sha256="0" * 64,
            **changes,
        )

    return make


def judged(*sign_offs, roles=ROLES, current=FILES, **demands):
    return evaluate(sign_offs, Demands(roles=roles, current=current, **demands))


def flaws(approvals):
    return [one.flaw for one in approvals.verdicts]


def states(approvals):
    return {one.role: one.state.value for one in approvals.roles}


@pytest.mark.parametrize(
    ("minutes", "flaw"),
    [
        (0, ""),
        (5, ""),
        (6, "It is dated Tue 6 Oct 2026, 09:00 UTC, after Tue 6 Oct 2026, 08:54 UTC."),
    ],
)
def test_an_approval_of_a_time_to_come_does_not_count(given, minutes, flaw):
    """Clocks may differ by five minutes. A rejection counts whatever its time."""
    now = datetime(2026, 10, 6, 9, tzinfo=timezone.utc) - timedelta(minutes=minutes)
    assert flaws(judged(given("engineering-lead"), now=now)) == [flaw]
    assert judged(given("sre-lead", word="reject"), now=now).state is State.FAIL


def test_an_approval_without_a_time_that_can_be_read_does_not_count(given):
    now = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)
    for time in ("soon", "2026-10-06T09:00:00", ""):
        odd = replace(given("engineering-lead"), time=time)
        assert flaws(judged(odd, now=now)) == ["It has no time that could be right."]
        assert flaws(judged(odd)) == [""]


def test_every_required_role_has_to_approve(given):
    first, second = given("engineering-lead"), given("product-lead", "product")
    assert judged().state is State.UNKNOWN
    one = judged(first)
    assert (one.state, states(one)) == (
        State.UNKNOWN,
        {"engineering": "pass", "product": "unknown"},
    )
    assert one.roles[1].reason == f"Nobody has signed off as {one.roles[1].role} yet."
    both = judged(first, second)
    assert (both.state, flaws(both)) == (State.PASS, ["", ""])
    assert both.roles[0].reason == "Approved by engineering-lead."


def test_without_required_roles_nothing_is_approved(given):
    result = judged(given("engineering-lead"), roles=())
    assert (result.state, flaws(result)) == (State.UNKNOWN, ["No role is asked for this gate."])


def test_a_role_that_is_not_asked_for_does_not_count(given):
    result = judged(given("sales-lead", "sales"), given("product-lead", "Product"))
    assert flaws(result) == [
        "sales is not asked for; engineering, product are.",
        "Product is not asked for; engineering, product are.",
    ]


def test_an_approval_of_content_that_changed_does_not_count(given):
    one = given("engineering-lead")
    later = {**FILES, "smoke.log": "c" * 64}
    assert flaws(judged(one, current=later)) == ["Changed since: smoke.log."]
    gone = {path: digest for path, digest in FILES.items() if path != "smoke.log"}
    assert flaws(judged(one, current=gone)) == ["Gone since: smoke.log."]
    assert flaws(judged(one, current={**FILES, "new.txt": "d" * 64})) == [""]
    role = judged(one, current=gone).roles[0]
    assert role.reason == "What engineering-lead approved has changed or is gone; sign off again."
    assert role.detail == "Gone since: smoke.log."


def test_an_approval_of_nothing_or_of_something_else_does_not_count(given):
    decision = "reports/launch/a/report.json"
    nothing, other = given("a-lead", subjects={}), given("b-lead", subjects={"smoke.log": "b" * 64})
    result = judged(nothing, other, given("c-lead"), must_cover=[decision])
    assert flaws(result) == ["It is about no file.", f"It is not about {decision}.", ""]


@pytest.mark.parametrize("name", ["search-team", "Search Team", "se\u0430rch-team"])
def test_nobody_approves_their_own_work(given, name):
    result = judged(given(name), authors=["shop-team", "search-team"])
    assert flaws(result)[0].startswith("It is by the author: ")
    assert result.state is State.UNKNOWN


def test_one_person_counts_in_one_role(given):
    result = judged(given("release-manager"), given("release-manager", "product"))
    assert flaws(result) == [
        "",
        "Record 1 counts already, as engineering: release-manager. One person counts in one role.",
    ]
    assert states(result) == {"engineering": "pass", "product": "unknown"}


def test_a_name_that_looks_like_another_is_the_same_person(given):
    result = judged(given("release-manager"), given("rele\u0430se-manager", "product"))
    assert flaws(result)[1] == (
        r"Record 1 counts already, as engineering: 'rele\u0430se-manager' looks like "
        "'release-manager'. One person counts in one role."
    )
    assert result.state is State.UNKNOWN


def test_another_person_can_fill_the_role(given):
    result = judged(
        given("release-manager"),
        given("release-manager", "product"),
        given("product-lead", "product"),
    )
    assert (result.state, [bool(flaw) for flaw in flaws(result)]) == (
        State.PASS,
        [False, True, False],
    )


def test_an_approval_that_does_not_count_keeps_nobody_from_another_role(given):
    wrong = given("release-manager", subjects={"smoke.log": "f" * 64})
    result = judged(wrong, given("release-manager", "product"))
    assert states(result) == {"engineering": "unknown", "product": "pass"}


def test_approving_again_changes_nothing(given):
    result = judged(given("release-manager"), given("release-manager"))
    assert flaws(result) == ["", "Record 1 counts already: release-manager."]


def test_a_rejection_stands_though_another_approves(given):
    result = judged(
        given("engineering-lead", word="reject", comment="The rollback was not rehearsed."),
        given("release-manager"),
        given("product-lead", "product"),
    )
    assert (result.state, flaws(result)) == (State.FAIL, ["", "", ""])
    reason = result.roles[0].reason
    assert reason == "Rejected by engineering-lead: The rollback was not rehearsed."


@pytest.mark.parametrize("name", ["release-manager", "Release-Manager", "re1ease-manager"])
@pytest.mark.parametrize("role", ROLES)
def test_a_later_rejection_takes_an_approval_back_in_whatever_role(given, name, role):
    result = judged(given("release-manager"), given(name, role, "reject"), current=FILES)
    assert flaws(result)[0].startswith("Taken back by the rejection in record 2: ")
    assert result.state is State.FAIL


def test_an_approval_stays_taken_back_once_the_rejection_is_of_old_content(given):
    more = {"more.txt": "e" * 64}
    result = judged(
        given("release-manager"),
        given("release-manager", "product", "reject", more),
        current={**FILES, "more.txt": "f" * 64},
    )
    assert flaws(result) == [
        "Taken back by the rejection in record 2: release-manager.",
        "Changed since: more.txt.",
    ]


def test_who_rejected_can_approve_later(given):
    result = judged(given("release-manager", word="reject"), given("release-manager"))
    assert flaws(result) == ["release-manager approves it in record 2.", ""]
    assert states(result)["engineering"] == "pass"


@pytest.mark.parametrize(
    "later",
    [
        {"name": "Release-Manager"},
        {"name": "re1ease-manager"},
        {"name": "release-manager", "role": "product"},
        {"name": "release-manager", "subjects": {"smoke.log": "f" * 64}},
        {"name": "release-manager", "problem": "Its statement is gone."},
    ],
)
def test_a_rejection_ends_by_no_other_approval(given, later):
    """Neither by a look-alike, nor in another role, nor by one that does not count."""
    result = judged(given("release-manager", word="reject"), given(**later))
    assert (flaws(result)[0], result.state) == ("", State.FAIL)


DECISION = "reports/launch/a/report.json"


def test_a_rejection_stands_until_the_decision_has_changed(given):
    files = {DECISION: "9" * 64, "smoke.log": "b" * 64}
    others = (given("release-manager"), given("product-lead", "product"))
    old = judged(given("qa-lead", "engineering", "reject", files), *others, must_cover=[DECISION])
    assert (old.state, flaws(old)[0]) == (State.PASS, f"Changed since: {DECISION}.")
    files = {DECISION: "a" * 64, "smoke.log": "9" * 64}
    same = judged(given("qa-lead", "engineering", "reject", files), *others, must_cover=[DECISION])
    assert same.state is State.FAIL


def test_a_rejection_of_an_earlier_decision_does_not_stand(given):
    old = given("qa-lead", word="reject", subjects={"reports/launch/0/report.json": "0" * 64})
    assert flaws(judged(old, must_cover=[DECISION])) == [f"It is not about {DECISION}."]


def test_without_a_decision_a_rejection_stands_while_any_of_its_files_is_the_same(given):
    one = given("qa-lead", word="reject")
    assert judged(one, current={"smoke.log": "b" * 64}).state is State.FAIL
    assert (
        judged(one, current={"smoke.log": "9" * 64}).state is State.FAIL
    )  # what is gone is no proof
    assert flaws(judged(one, current={"smoke.log": "9" * 64, DECISION: "8" * 64})) == [
        f"Changed since: {DECISION}, smoke.log."
    ]


def test_a_rejection_stands_as_long_as_its_content_is_judged(given):
    one = given("qa-lead", word="reject")
    changed = {"smoke.log": "9" * 64, DECISION: "8" * 64}
    held = [next(iter(one.subjects.values()))]
    assert judged(one, current=changed, must_hold=held).state is State.FAIL


def test_an_approval_has_to_be_of_what_is_judged_now(given):
    one = given("release-manager")
    assert flaws(judged(one, must_hold=["0" * 64])) == [
        "What is judged now is not what it is about."
    ]
    assert flaws(judged(one, must_hold=list(one.subjects.values()))) == [""]


def test_an_author_may_reject(given):
    result = judged(given("search-team", word="reject"), authors=["search-team"])
    assert (flaws(result), result.state) == ([""], State.FAIL)


def test_a_rejection_stands_though_its_statement_is_gone(given):
    """Else whoever deletes a file could make a gate pass."""
    gone = given("engineering-lead", word="reject", subjects={}, problem="Its statement is gone.")
    others = (given("release-manager"), given("product-lead", "product"))
    assert judged(gone, *others).state is State.FAIL
    assert judged(gone, *others, must_cover=[DECISION]).state is State.FAIL


def test_an_approval_that_cannot_be_relied_on_does_not_count(given):
    one = given("engineering-lead", problem="Its statement was changed.")
    assert flaws(judged(one)) == ["Its statement was changed."]


def test_where_signatures_are_asked_for_only_valid_ones_count(given):
    result = judged(
        given("a-lead"),
        given("b-lead", signature=Signature.UNCHECKED),
        given("c-lead", signature=Signature.INVALID, problem="Its signature is not valid."),
        given("d-lead", signature=Signature.VALID),
        signed_only=True,
    )
    assert flaws(result) == [
        "It is not signed.",
        "Its signature is unchecked.",
        "Its signature is not valid.",
        "",
    ]


def test_the_result_as_json(given):
    told = judged(given("engineering-lead"), given("x", "sales")).to_dict()
    assert told["state"] == "unknown"
    assert told["roles"][0] == {
        "role": "engineering",
        "state": "pass",
        "reason": "Approved by engineering-lead.",
    }
    assert [(one["record"], one["counts"]) for one in told["sign_offs"]] == [(1, True), (2, False)]


def test_what_changed_and_what_is_gone_is_told_in_order():
    before = dict.fromkeys(("d", "c", "b", "a"), "0" * 64)
    after = {"a": "1" * 64, "b": "1" * 64, "c": "0" * 64}
    assert changed(before, after) == "Changed since: a, b. Gone since: d."
    assert changed(before, before) == ""
