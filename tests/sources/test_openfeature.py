"""Evaluating declared flags with the real SDK and a provider of a package."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from fractions import Fraction

import pytest
from pydantic import ValidationError

pytest.importorskip("openfeature")

from codexreport.errors import SourceError
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader
from codexreport.rollout.flags import FlagState
from codexreport.sources.base import Place
from codexreport.sources.openfeature import OpenFeatureSettings, evaluate, probe

NOW = datetime(2026, 10, 6, 9, tzinfo=timezone.utc)

PROVIDER = """\
from zlib import crc32

from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider


def _split(flag, context):
    on = crc32(context.targeting_key.encode()) % 100 < 25
    return FlagResolutionDetails(value=on, variant="on" if on else "off", reason=Reason.SPLIT)


class Shop(InMemoryProvider):
    def __init__(self, token="", broken=False):
        if broken:
            raise RuntimeError("the server is down")
        variants = {"on": True, "off": False}
        super().__init__({
            "staged": InMemoryFlag("off", variants, context_evaluator=_split),
            "everybody": InMemoryFlag("on", variants),
            "text": InMemoryFlag("a", {"a": "blue"}),
            "secret": InMemoryFlag("on" if token == "s3cr3t" else "off", variants),
        })
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    (tmp_path / "shopflags.py").write_text(PROVIDER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "shopflags", raising=False)
    return Place(root=tmp_path, cache=tmp_path, now=NOW)


def settings(*keys, **more):
    return OpenFeatureSettings(
        type="openfeature",
        flags=[{"key": key, "owner": "Payments"} for key in keys or ["staged"]],
        **{"provider": "shopflags:Shop", **more},
    )


def flags(place, *keys, environ=(), **more):
    snapshot = evaluate(settings(*keys, **more), "flags", place, environ=dict(environ))
    parsed = reader("openfeature").parse(Document("flags", snapshot.body))
    return {one.key: one for one in parsed.flags}, snapshot


def test_a_share_is_counted_over_the_same_made_up_users_each_time(shop):
    found, snapshot = flags(shop, "staged", "everybody")
    on = json.loads(snapshot.body)["flags"][0]["on"]
    assert found["staged"].share_on(NOW) == Fraction(on, 2000)
    assert 400 < on < 600  # a quarter of 2000, give or take five standard deviations
    assert found["staged"].sampled == 2000
    assert found["everybody"].share_on(NOW) == 1
    assert found["staged"].owner == "Payments"
    assert flags(shop, "staged", "everybody")[1].body == snapshot.body


@pytest.mark.parametrize("key", ["text", "not-there"])
def test_a_flag_that_is_no_switch_or_not_there_is_unknown_and_spoils_no_other(shop, key):
    found, _ = flags(shop, key, "everybody")
    assert found[key].state is FlagState.UNKNOWN
    assert found[key].share_on(NOW) is None
    assert found["everybody"].share_on(NOW) == 1


def test_a_secret_comes_from_the_environment_and_is_kept_nowhere(shop):
    found, snapshot = flags(
        shop, "secret", arguments={"token": "env:SHOP_TOKEN"}, environ={"SHOP_TOKEN": "s3cr3t"}
    )
    assert found["secret"].share_on(NOW) == 1
    assert b"s3cr3t" not in snapshot.body


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"provider": "no_such_package:Shop"}, "there is no no_such_package:Shop"),
        ({"provider": "shopflags:Shopp"}, "there is no shopflags:Shopp"),
        ({"arguments": {"broken": True}}, "is not ready: the server is down"),
        ({"arguments": {"colour": "red"}}, "is not ready"),
    ],
)
def test_a_provider_that_cannot_be_had_is_named(shop, more, said):
    with pytest.raises(SourceError, match=said):
        flags(shop, **more)


def test_a_provider_that_is_ready_says_so(shop):
    assert probe(settings()) == "shopflags:Shop is ready."


@pytest.mark.parametrize("provider", ["os.system", "a b:C", "../x:Y", ""])
def test_a_provider_is_a_class_in_a_module(provider):
    with pytest.raises(ValidationError):
        settings(provider=provider)
