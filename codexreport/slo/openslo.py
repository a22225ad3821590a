"""Objectives from OpenSLO v1 documents. What cannot be honoured is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from codexreport.series import Indicator
from codexreport.slo.documents import Refusals, Spot, YamlDocument, read_documents
from codexreport.slo.objective import Objective, ObjectiveDefaults, ParsedObjectives
from codexreport.slo.openslo_schema import (
    DataSourceDocument,
    Header,
    ObjectiveItem,
    ServiceDocument,
    SliDocument,
    SliSpec,
    SloDocument,
)
from codexreport.slo.openslo_terms import indicator_of, method_of, period_of, target_of
from codexreport.slo.sources import KnownSources

_MODELS: dict[str, type[SloDocument | SliDocument | ServiceDocument | DataSourceDocument]] = {
    "SLO": SloDocument,
    "SLI": SliDocument,
    "Service": ServiceDocument,
    "DataSource": DataSourceDocument,
}
_OWN_ALERTS = "alerts are worked out from the objectives themselves"


def parse_openslo(
    text: str, *, file: str, sources: Mapping[str, str], defaults: ObjectiveDefaults
) -> ParsedObjectives:
    """Read the SLOs of a file, with the SLIs and data sources that it defines beside them.

    Args:
        text: YAML, one document or several.
        file: The file's name, for messages.
        sources: The project's sources, name to type.
        defaults: What holds where the file says nothing.

    Raises:
        ProjectError: With every mistake in the file.
    """
    reader = _Reader(file, text, sources, defaults)
    return reader.read(read_documents(text, file))


class _Reader:
    """Sorts the documents by kind, then makes objectives of the SLOs among them."""

    def __init__(
        self, file: str, text: str, types: Mapping[str, str], defaults: ObjectiveDefaults
    ) -> None:
        self._file = file
        self._types = types
        self._defaults = defaults
        self._refusals = Refusals(file, text)
        self._notes: list[str] = []
        self._slos: list[tuple[int, SloDocument]] = []
        self._slis: dict[str, tuple[int, SliSpec]] = {}
        self._data_sources: dict[str, str] = {}

    def read(self, documents: Sequence[YamlDocument]) -> ParsedObjectives:
        for document in documents:
            self._sort_in(document)
        objectives = [one for line, slo in self._slos for one in self._objectives(line, slo)]
        self._refusals.raise_any()
        return ParsedObjectives(
            objectives=tuple(objectives),
            notes=tuple(self._notes),
            data_sources=self._data_sources,
        )

    def _sort_in(self, document: YamlDocument) -> None:
        line = document[0]
        header = self._refusals.validated(Header, document)
        if header is None:
            return
        if header.kind not in _MODELS:
            self._note(line, f"{header.kind} has no effect: {_OWN_ALERTS}.")
            return
        match self._refusals.validated(_MODELS[header.kind], document):
            case SloDocument() as slo:
                self._slos.append((line, slo))
            case SliDocument() as sli:
                if sli.metadata.name in self._slis:
                    self._refuse_twin(line, f"SLI {sli.metadata.name!r}")
                self._slis[sli.metadata.name] = (line, sli.spec)
            case DataSourceDocument() as source:
                self._define_source(line, source)
            case _:
                pass

    def _define_source(self, line: int, source: DataSourceDocument) -> None:
        name = source.metadata.name
        if name in self._data_sources:
            self._refuse_twin(line, f"DataSource {name!r}")
        self._data_sources[name] = source.spec.type
        if source.spec.connection_details is not None:
            self._note(
                line,
                f"connectionDetails of the DataSource {name!r} have no effect:"
                " the project file says how its sources are reached.",
            )

    def _objectives(self, line: int, slo: SloDocument) -> list[Objective]:
        if slo.spec.alert_policies:
            self._note(
                Spot(self._refusals, line, "spec.alertPolicies").key_line(),
                f"alertPolicies of {slo.metadata.name!r} have no effect: {_OWN_ALERTS}.",
            )
        spot = Spot(self._refusals, line, "spec")
        names = _names(slo.metadata.name, slo.spec.objectives)
        made = [
            self._objective(slo, name, item, spot, spot.at(f"objectives[{number}]"))
            for number, (name, item) in enumerate(zip(names, slo.spec.objectives, strict=True))
        ]
        return [one for one in made if one is not None]

    def _objective(
        self, slo: SloDocument, name: str, item: ObjectiveItem, slo_spot: Spot, spot: Spot
    ) -> Objective | None:
        spec, defaults = slo.spec, self._defaults
        _refuse_composite(item, spot)
        target = target_of(item, spot)
        method = method_of(spec.budgeting_method, item, defaults.bucket, spot)
        period = period_of(spec.time_window[0], defaults.timezone, slo_spot.at("timeWindow[0]"))
        found = self._sli(slo, slo_spot)
        indicator = found and self._indicator(found, item, name, spot)
        if not (target and method and period and found and indicator):
            return None
        return Objective(
            name=name,
            service=spec.service,
            display_name=_display_name(slo, item),
            description=spec.description.strip(),
            owner=defaults.owner,
            indicator=indicator,
            target=target,
            method=method,
            period=period,
            min_coverage=defaults.min_coverage,
            min_events=defaults.min_events,
            settle=defaults.settle,
            file=self._file,
            line=_metric_spot(found).key_line(),
        )

    def _indicator(
        self, found: tuple[SliSpec, Spot], item: ObjectiveItem, name: str, spot: Spot
    ) -> Indicator | None:
        sli, sli_spot = found
        if sli.ratio_metric is not None:
            for key in ("op", "value"):
                if getattr(item, key) is not None:
                    line = spot.at(key).key_line()
                    self._note(line, f"{key} of {name!r} has no effect on a ratioMetric.")
        sources = KnownSources(types=self._types, data_sources=self._data_sources)
        return indicator_of(sli, item, name, sources, sli_spot=sli_spot, spot=spot)

    def _sli(self, slo: SloDocument, spot: Spot) -> tuple[SliSpec, Spot] | None:
        """The SLI that an SLO holds or names, and where it stands."""
        inline, reference = slo.spec.indicator, slo.spec.indicator_ref
        if (inline is None) == (reference is None):
            spot.at("indicator").refuse("give either indicator or indicatorRef")
            return None
        if inline is not None:
            return inline.spec, spot.at("indicator.spec")
        if reference not in self._slis:
            known = ", ".join(sorted(self._slis)) or "none"
            spot.at("indicatorRef").refuse(
                f"this file defines no SLI {reference!r}; it defines: {known}"
            )
            return None
        line, sli = self._slis[reference]
        return sli, Spot(self._refusals, line, "spec")

    def _refuse_twin(self, line: int, what: str) -> None:
        self._refusals.add(line, "metadata.name", f"the {what} is defined twice in this file")

    def _note(self, line: int, sentence: str) -> None:
        self._notes.append(f"{self._file}:{line}: {sentence}")


def _metric_spot(found: tuple[SliSpec, Spot]) -> Spot:
    """Where what is counted stands."""
    sli, spot = found
    return spot.at("ratioMetric" if sli.ratio_metric is not None else "thresholdMetric")


def _refuse_composite(item: ObjectiveItem, spot: Spot) -> None:
    for key in ("indicator", "indicator_ref", "composite_weight"):
        if key in item.model_fields_set:
            alias = ObjectiveItem.model_fields[key].alias or key
            spot.at(alias).refuse(
                "composite objectives are not supported: give each part an SLO of its own"
            )


def _names(slo: str, items: Sequence[ObjectiveItem]) -> list[str]:
    """A distinct name for each objective, which does not change while the file does not."""
    if len(items) == 1:
        return [slo]
    slugs = [re.sub(r"[^a-z0-9]+", "-", item.display_name.lower()).strip("-") for item in items]
    return [
        f"{slo}.{number if slug.isdecimal() or slugs.count(slug) > 1 else slug or number}"
        for number, slug in enumerate(slugs, start=1)
    ]


def _display_name(slo: SloDocument, item: ObjectiveItem) -> str:
    title = slo.metadata.display_name or slo.metadata.name
    if len(slo.spec.objectives) > 1 and item.display_name:
        return f"{title}: {item.display_name}"
    return title
