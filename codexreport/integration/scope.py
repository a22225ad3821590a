"""The scope of an integration: which services, interfaces, dependencies and items are tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from codexreport.facts import About
from codexreport.integration.figures import none_of, shown, unfilled
from codexreport.integration.parity import Component, measures_of
from codexreport.measure import Measure
from codexreport.text import one_line
from codexreport.wording import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something that takes part.

    Attributes:
        name: Unique in the matrix.
        owner: Team that has it; empty where none is named.
    """

    name: str
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """Where one service relies on another.

    Attributes:
        name: Unique in the matrix.
        provider: The service that offers it.
        consumer: The service that relies on it.
        contract: What they agreed on; empty where nothing says.
        protocol: Such as `HTTP`; empty where nothing says.
    """

    name: str
    provider: str
    consumer: str
    contract: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A feature or delivery item.

    Attributes:
        name: Its ticket or name, unique in the matrix.
        in_scope: Whether this integration tests it.
        owner: Team that has it; empty where none is named.
        test: What tests it; empty where nothing does.
        flag: The flag it hides behind; empty where it has none.
    """

    name: str
    in_scope: bool = True
    owner: str = ""
    test: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeMatrix:
    """What one scope matrix says.

    Attributes:
        services: Those that take part.
        interfaces: Where they meet.
        items: What is delivered.
        dependencies: What they need, with versions.
        prerequisites: What has to be there before a test can run.
        observed: When it was written, aware; None where nothing says.
        commit: The revision it names; empty where it names none.
        blanks: Places that were never filled in.
    """

    kind: ClassVar[str] = "scope"

    services: tuple[Service, ...]
    interfaces: tuple[Interface, ...] = ()
    items: tuple[Item, ...] = ()
    dependencies: tuple[Component, ...] = ()
    prerequisites: tuple[Component, ...] = ()
    observed: datetime | None = None
    commit: str = ""
    blanks: tuple[str, ...] = ()

    def summary(self) -> str:
        """Such as `4 services, 5 interfaces, 7 of 9 items in scope, 3 dependencies`."""
        within = sum(one.in_scope for one in self.items)
        return ", ".join(
            [
                count(len(self.services), "services"),
                count(len(self.interfaces), "interfaces"),
                f"{within} of {count(len(self.items), 'items')} in scope",
                count(len(self.dependencies), "dependencies"),
            ]
        )

    def measures(self, about: About) -> tuple[Measure, ...]:
        """Whether the matrix is reconciled, and how dependencies and prerequisites stand."""
        doubts = unfilled(self.blanks)
        within = sum(one.in_scope for one in self.items)
        numbers = (
            ("services", len(self.services)),
            ("interfaces", len(self.interfaces)),
            ("items", within),
        )
        missing = [f"It lists no {what}." for what, number in numbers if not number]
        parts = (len(self.services), len(self.interfaces), len(self.items), len(self.dependencies))
        return (
            *(shown(about, f"scope.{what}", number, what, doubts) for what, number in numbers),
            none_of(
                about,
                "scope.unreconciled",
                [*self._unreconciled()],
                of=sum(parts),
                unit="entries",
                what="Not reconciled",
                doubts=[*doubts, *missing],
            ),
            *measures_of(about, "dependencies", "dependencies", self.dependencies, doubts),
            *measures_of(about, "prerequisites", "prerequisites", self.prerequisites, doubts),
        )

    def _unreconciled(self) -> Iterator[str]:
        """What does not fit together, each in words."""
        for what, names in (
            ("service", (one.name for one in self.services)),
            ("interface", (one.name for one in self.interfaces)),
            ("item", (one.name for one in self.items)),
            ("dependency", (one.name for one in self.dependencies)),
            ("prerequisite", (one.name for one in self.prerequisites)),
        ):
            yield from (f"the {what} {name} stands twice" for name in _twice(names))
        known = {one.name for one in self.services}
        for one in self.interfaces:
            ends = dict.fromkeys((one.provider, one.consumer))
            yield from (
                f"{_short(one.name)} names the service {_short(end)}, which is not listed"
                for end in ends
                if end not in known
            )
        for item in self.items:
            lacking = [what for what in ("owner", "test") if not getattr(item, what)]
            if item.in_scope and lacking:
                yield f"{_short(item.name)} has no {' and no '.join(lacking)}"
        for need in self.dependencies:
            lacking = [what for what in ("expected", "owner") if not getattr(need, what)]
            told = " and no ".join(lacking).replace("expected", "expected version")
            if lacking:
                yield f"{_short(need.name)} has no {told}"


def _twice(names: Iterable[str]) -> list[str]:
    return [_short(name) for name, number in Counter(names).items() if number > 1]


def _short(name: str) -> str:
    return one_line(name, 60)
