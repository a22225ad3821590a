"""Which renderer is taken."""

from __future__ import annotations

import stat

import pytest

from codexreport.errors import RenderError
from codexreport.render import registry
from codexreport.render.quarto import QuartoRenderer


@pytest.fixture
def no_quarto(monkeypatch, tmp_path):
    """A machine without Quarto: nothing on PATH, nothing beside Python."""
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.prefix", str(tmp_path))


@pytest.fixture
def quarto_that_says(tmp_path, monkeypatch, no_quarto):
    """A program called quarto that prints this when asked for its version."""

    def install(version, exit_code=0):
        program = tmp_path / "elsewhere" / "quarto"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho '{version}'\nexit {exit_code}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    return install


def test_quarto_is_preferred_and_pandoc_always_there():
    assert registry.names()[:2] == ("quarto", "pandoc")


def test_without_quarto_the_embedded_renderer_is_taken(no_quarto):
    assert registry.choose().name == "pandoc"


def test_quarto_is_taken_where_it_is_found(quarto_that_says, monkeypatch):
    monkeypatch.setenv("QUARTO_PATH", str(quarto_that_says("1.11.3")))
    chosen = registry.choose()
    assert (chosen.name, chosen.version) == ("quarto", "Quarto 1.11.3")


def test_quarto_path_may_name_the_folder(quarto_that_says, monkeypatch):
    program = quarto_that_says("1.11.3")
    monkeypatch.setenv("QUARTO_PATH", str(program.parent))
    assert QuartoRenderer.find() == QuartoRenderer(program)


def test_quarto_is_found_on_path(quarto_that_says, monkeypatch):
    program = quarto_that_says("1.11.3")
    monkeypatch.setenv("PATH", str(program.parent))
    assert QuartoRenderer.find() == QuartoRenderer(program)


@pytest.mark.parametrize(("said", "code"), [("1.4.2", 0), ("no engine", 0), ("1.11.3", 1)])
def test_a_quarto_that_is_too_old_or_broken_is_none(quarto_that_says, monkeypatch, said, code):
    monkeypatch.setenv("QUARTO_PATH", str(quarto_that_says(said, code)))
    assert QuartoRenderer.find() is None
    assert registry.choose().name == "pandoc"


def test_asking_for_quarto_where_there_is_none_says_how_to_get_it(no_quarto):
    with pytest.raises(RenderError, match="QUARTO_PATH"):
        registry.choose("quarto")


def test_an_unknown_renderer_is_answered_with_those_there_are():
    with pytest.raises(RenderError, match=r"no renderer 'latex'\.\s+There are: quarto, pandoc"):
        registry.choose("latex")
