"""The docs say what the code does."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _generator():
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs/make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current():
    stale = [
        str(path.relative_to(ROOT))
        for path, text in _generator().pages()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, "run python docs/make_reference.py"


def test_every_setting_says_what_it_means():
    row_without_meaning = re.compile(r"^\| `\w+` \| [^|]* \| *\|$", re.MULTILINE)
    assert not row_without_meaning.findall(_generator().project_page())


MADE_LATER = "data/own/reports/"
"""Where `make release-report` puts the page that the README leads to."""
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [t for t in targets if "://" not in t and not t.startswith(MADE_LATER)]
    broken = [t for t in local if not (page.parent / t).exists()]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_the_docs_exist(page):
    from codexreport.cli.app import app

    known = {command.name for command in app.registered_commands}
    known |= {group.typer_instance.info.name for group in app.registered_groups}
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```(?:sh|console|bash)\n(.*?)```", text, re.DOTALL))
    used = set(re.findall(r"^\$? ?codexreport ([a-z][a-z-]*)", blocks, re.MULTILINE))
    assert used <= known
