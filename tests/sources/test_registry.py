"""Which source types there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from codexreport.errors import ParameterError, SourceError
from codexreport.sources import registry


def test_the_built_in_types_are_registered() -> None:
    assert {"buckets", "events", "openmetrics", "prometheus"} <= set(registry.names())


def test_an_unknown_type_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ParameterError) as caught:
        registry.source_type("promethius")
    assert "no source type 'promethius'" in caught.value.message
    assert "prometheus" in caught.value.advice


def test_listing_imports_no_source_and_loading_one_imports_no_other() -> None:
    """In an interpreter of its own, because this one has loaded them all."""
    program = (
        "import sys; from codexreport.sources import registry; registry.names()\n"
        "kinds = ['buckets', 'events', 'openmetrics', 'prometheus']\n"
        "def loaded(): return [k for k in kinds if 'codexreport.sources.' + k in sys.modules]\n"
        "print(loaded()); registry.source_type('prometheus'); print(loaded())\n"
        "print([m for m in ('requests', 'pandas', 'duckdb', 'pyarrow') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["[]", "['prometheus']", "[]"]


def third_party(folder: Path, name: str, entry: str) -> None:
    """A package, installed in `folder`, that provides the source type `entry`."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(f"Name: {name}\nVersion: 1.0\n", encoding="utf-8")
    info.joinpath("entry_points.txt").write_text(f"[{registry.GROUP}]\n{entry}\n", encoding="utf-8")


def test_a_third_party_type_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    third_party(tmp_path, "extra", "clouds = codexreport.sources.prometheus:PrometheusSource")
    monkeypatch.syspath_prepend(tmp_path)
    assert "clouds" in registry.names()
    assert registry.source_type("clouds").type == "prometheus"


def test_a_type_that_cannot_be_imported_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third_party(tmp_path, "extra", "clouds = no_such_module:Source")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SourceError, match=r"'clouds' \(no_such_module:Source\) cannot be loaded"):
        registry.source_type("clouds")


def test_a_name_that_two_packages_claim_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    third_party(tmp_path, "extra", "prometheus = elsewhere:Source")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ParameterError, match=r"claimed by codexreport.* and elsewhere:Source"):
        registry.source_type("prometheus")
