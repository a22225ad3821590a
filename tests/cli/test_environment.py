"""`environment`: settings against those that were agreed."""

from __future__ import annotations

import json

import pytest

from codexreport.cli.app import run

AGREED = "POSTGRES=16.4\nPYTHON=3.10\nAPI_TOKEN=t0p-s3cret\nDB=postgres://web:hunter22@db/shop\n"


@pytest.fixture
def compare(tmp_path, capsys):
    """Exit code, the report and all that was said of two files."""

    def compare_(actual, baseline=AGREED, **names):
        files = {"--actual": ("actual", actual), "--baseline": ("baseline", baseline)}
        arguments = []
        for option, (name, text) in files.items():
            path = tmp_path / names.get(name, f"{name}.env")
            path.write_text(text)
            arguments += [option, str(path)]
        output = tmp_path / "report.json"
        code = run(["environment", *arguments, "--output", str(output), "--env", "staging"])
        said = "".join(capsys.readouterr())
        text = output.read_text() if output.exists() else "{}"
        return code, json.loads(text), said + text

    return compare_


def states(report):
    return {one["name"]: one["state"] for one in report["components"]}


def test_the_same_settings_in_another_order_are_the_same(compare):
    code, report, said = compare("\n".join(reversed(AGREED.splitlines())))
    assert code == 0
    assert set(states(report).values()) == {"same"}
    assert (report["environment"], report["baseline"]["name"]) == ("staging", "baseline.env")
    assert "pass: 4 components of staging" in said


def test_what_differs_is_named_with_both_values(compare):
    code, report, said = compare(AGREED.replace("16.4", "15.2").replace("PYTHON=3.10\n", ""))
    assert code == 1
    assert states(report)["PYTHON"] == "missing"
    assert "POSTGRES is 15.2, expected 16.4" in said


@pytest.mark.parametrize("changed", ["t0p-s3cret", "hunter22"])
def test_of_a_secret_only_that_it_differs_is_told(compare, changed):
    code, _, said = compare(AGREED.replace(changed, "an0ther-one"))
    assert code == 1
    for secret in ("t0p-s3cret", "hunter22", "an0ther-one"):
        assert secret not in said


@pytest.mark.parametrize(
    "setting",
    [
        "JAVA_OPTS=-Djavax.net.ssl.keyStorePassword={}",
        "DB=Server=db;Password={};",
        'LOGIN={{"password":"{}"}}',
        "FEED=https://shop.example/?access_token={}",
        "CALL=https://hooks.slack.com/services/T0/B0/{}",
        "PGPASS={}",
        "DB=redis://:{}@cache",
    ],
)
def test_a_secret_under_an_innocent_name_is_not_told(compare, setting):
    code, report, said = compare(setting.format("changeit"), setting.format("hunter22"))
    assert code == 1
    assert [one["state"] for one in report["components"]] == ["different"]
    assert "changeit" not in said
    assert "hunter22" not in said


def test_what_nobody_agreed_on_warns(compare):
    code, report, said = compare(AGREED + "EXTRA=1\n")
    assert code == 0
    assert states(report)["EXTRA"] == "extra"
    assert "warning" in said


def test_a_line_that_is_not_understood_is_told_without_its_text(compare):
    code, report, said = compare(AGREED + "??? hidden words\n")
    assert code == 3
    assert report["unread"] == ["line 5 of actual.env"]
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('{"python": "3.10", "db": {"hosts": ["a", "b"]}}', True),
        ('{"python": 3.10, "db": {"hosts": ["a", "b"]}}', True),
        ('{"python": 3.1, "db": {"hosts": ["a", "b"]}}', False),
        ("python: 3.10\ndb: {hosts: [a, b]}\n", True),
        ("python: 3.1\ndb: {hosts: [a, b]}\n", False),
        ('python = 3.10\n[db]\nhosts = ["a", "b"]\n', True),
        ('python = "3.10"\n[db]\nhosts = ["b", "a"]\n', False),
    ],
)
def test_notations_may_differ_and_numbers_stay_as_they_are_written(compare, text, same):
    baseline = 'python = "3.10"\n[db]\nhosts = ["a", "b"]\n'
    assert compare(text, baseline)[0] == (0 if same else 1)


def test_packages_are_compared_by_their_plain_names(compare):
    code, report, _ = compare("Zope.Interface==6.0\n", "zope-interface==6.0  # pinned\n")
    assert code == 0
    assert report["components"][0]["kind"] == "version"


def test_a_password_in_a_list_has_a_name_too(compare):
    texts = ('{"users": [{"password": "one"}]}', '{"users": [{"password": "two"}]}')
    code, report, said = compare(*texts)
    assert code == 1
    assert states(report) == {"users[0].password": "different"}
    assert '"two"' not in said


@pytest.mark.parametrize(
    ("actual", "code"),
    [("", 3), ("# nothing\n", 3), ('{"a": 1, "a": 2}', 3), ("A=1\nA=2\n", 3), ("[1, 2]", 3)],
)
def test_what_cannot_be_compared_is_unknown(compare, actual, code):
    assert compare(actual, actual)[0] == code


def test_it_does_not_write_over_what_it_reads(tmp_path, capsys):
    path = tmp_path / "a.env"
    path.write_text("A=1\n")
    names = [f"--{one}={path}" for one in ("actual", "baseline", "output")]
    assert run(["environment", *names]) == 2
    assert "would be overwritten" in capsys.readouterr().err
    assert path.read_text() == "A=1\n"


def test_a_file_that_is_not_there_is_unknown(tmp_path, capsys):
    names = [f"--{one}={tmp_path / one}" for one in ("actual", "baseline", "output")]
    assert run(["environment", *names]) == 3
    assert "there is no such file" in capsys.readouterr().err
