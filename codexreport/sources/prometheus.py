"""The source `prometheus`: a server that speaks Prometheus' HTTP API.

Thanos, Mimir, Cortex and VictoriaMetrics speak it too.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from codexreport.addresses import EnvReference, PlainUrl, env_reference, header_name
from codexreport.errors import SourceError
from codexreport.files import sha256
from codexreport.keys import Length
from codexreport.measure import Origin
from codexreport.series import Ask, EventSeries, Indicator, RatioIndicator
from codexreport.sources.access import Access
from codexreport.sources.base import Place, Pulled, Snapshot, SourceSettings
from codexreport.sources.increase import Grid
from codexreport.sources.prometheus_api import error_text
from codexreport.sources.prometheus_plan import (
    Limits,
    Question,
    grows_by_window,
    has_window,
    questions,
    roles_of,
)
from codexreport.sources.prometheus_read import read_series

if TYPE_CHECKING:
    from codexreport.sources.http import HttpClient, StatusError

_TENANT_HEADER = "X-Scope-OrgID"
_BAD_QUERY = frozenset({400, 422})


def _header_name(name: str) -> str:
    if name.lower() == "authorization":
        raise ValueError(f"{name!r} is not a header that can be set here")
    return header_name(name)


def _printable(text: str) -> str:
    if not text.isascii() or not text.isprintable() or not text.strip():
        raise ValueError("must be plain text, as a header carries it")
    return env_reference(text) if text.startswith("env:") else text


HeaderName = Annotated[str, AfterValidator(_header_name)]


class PrometheusSettings(SourceSettings):
    """A `prometheus` source."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: PlainUrl
    """The server's address, up to what comes before `/api/v1`."""
    token: EnvReference | None = None
    """Bearer token, as `env:NAME`."""
    username: EnvReference | None = None
    """For basic authentication, as `env:NAME`."""
    password: EnvReference | None = None
    """For basic authentication, as `env:NAME`."""
    tenant: Annotated[str, AfterValidator(_printable)] | None = None
    """Sent as `X-Scope-OrgID`, as text or `env:NAME`."""
    headers: dict[HeaderName, EnvReference] = Field(default_factory=dict)
    """Further headers, their values as `env:NAME`."""
    timeout: Length = timedelta(seconds=30)
    """How long to wait for the next byte of an answer."""
    deadline: Length = timedelta(minutes=2)
    """How long one query may take with all retries."""
    lookback: Length = timedelta(minutes=5)
    """Between samples further apart than this nothing was observed."""
    chunk: Length = timedelta(days=1)
    """How much time one request for raw samples covers."""
    max_points: Annotated[int, Field(ge=2, le=11_000)] = 11_000
    """The most evaluations a server gives at once."""
    step: Length | None = None
    """How often a threshold is looked at; as often as there are buckets where not given."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.token and self.username:
            raise ValueError("give a token, or username and password, not both")
        return self

    @property
    def access(self) -> Access:
        """How the server lets us in."""
        headers = dict(self.headers)
        plain: dict[str, str] = {}
        if self.tenant:
            where = headers if self.tenant.startswith("env:") else plain
            where[_TENANT_HEADER] = self.tenant
        return Access(
            token=self.token,
            username=self.username,
            password=self.password,
            headers=headers,
            plain_headers=plain,
        )

    @property
    def limits(self) -> Limits:
        """How much to ask at once."""
        return Limits(
            lookback=int(self.lookback.total_seconds()),
            chunk=int(self.chunk.total_seconds()),
            max_points=self.max_points,
            step=int(self.step.total_seconds()) if self.step else 0,
        )


def open_client(settings: PrometheusSettings) -> HttpClient:
    """The HTTP client of a server; imported here so that reading snapshots needs none."""
    from codexreport.sources.http import HttpClient, Timing

    timing = Timing(
        timeout=settings.timeout.total_seconds(), deadline=settings.deadline.total_seconds()
    )
    return HttpClient(settings.access, timing)


class PrometheusSource:
    """Asks a Prometheus server; see `codexreport.sources.base.Source`."""

    type: ClassVar[str] = "prometheus"
    Settings: ClassVar[builtins.type[SourceSettings]] = PrometheusSettings

    def __init__(
        self,
        name: str,
        settings: PrometheusSettings,
        *,
        client: Callable[[PrometheusSettings], HttpClient] = open_client,
    ) -> None:
        self._name = name
        self._settings = settings
        self._client = client

    def refusal(self, indicator: Indicator) -> str:
        """Why this source can never answer `indicator`, or an empty string."""
        for role, metric in roles_of(indicator).items():
            query = metric.spec.get("query")
            if set(metric.spec) != {"query"} or not isinstance(query, str) or not query.strip():
                return f"{role}: a prometheus metric has one key, query, with an expression."
            counter = isinstance(indicator, RatioIndicator) and indicator.counter
            if counter and (has_window(query) or grows_by_window(query)):
                return (
                    f"{role}: rate() and increase() are no counters; write the counter itself, "
                    "such as sum(http_requests_total), or set counter: false."
                )
        return ""

    def collect(self, ask: Ask, place: Place) -> Mapping[str, Pulled]:
        """Ask every question of every indicator, equal ones once."""
        end = min(ask.span.end_s, place.now.timestamp())
        grid = Grid.inside(ask.span.start_s, end, int(ask.bucket.total_seconds()))
        if not grid.count:
            raise SourceError(
                f"The source {self._name} was asked about a span that has not begun.",
                advice="Choose a window that lies, at least partly, in the past.",
            )
        plans = {
            indicator.name: tuple(questions(indicator, grid, self._settings.limits, until=int(end)))
            for indicator in ask.indicators
        }
        with self._client(self._settings) as client:
            pull = _Pull(self._name, self._settings.url, client, place)
            return pull.answer(plans)

    def read(self, indicator: Indicator, ask: Ask, snapshots: Sequence[Snapshot]) -> EventSeries:
        """Understand what was fetched."""
        return read_series(indicator, ask, snapshots, self._settings.lookback.total_seconds())

    def probe(self, place: Place, indicators: Sequence[Indicator] = ()) -> str:  # noqa: ARG002 - the contract's; the server alone is asked
        """Ask the server for a number."""
        url = self._settings.url
        with self._client(self._settings) as client:
            body = client.post(f"{url}/api/v1/query", {"query": "vector(1)"})
        if b'"success"' not in body:
            raise SourceError(
                f"{url} answers, but not as Prometheus does.",
                advice="Check that the url is that of a Prometheus HTTP API.",
            )
        return f"{url} answers queries."


class _Pull:
    """One pull from one server."""

    def __init__(self, name: str, url: str, client: HttpClient, place: Place) -> None:
        self._name = name
        self._url = url
        self._client = client
        self._place = place
        self._bodies: dict[tuple[str, ...], bytes] = {}

    def answer(self, plans: Mapping[str, Sequence[Question]]) -> dict[str, Pulled]:
        """The snapshots of each plan, or what the server has against one of its queries."""
        done, of = 0, sum(map(len, plans.values()))
        pulled: dict[str, Pulled] = {}
        for indicator, plan in plans.items():
            snapshots: list[Snapshot] = []
            try:
                for number, question in enumerate(plan):
                    self._place.progress(f"{self._name}: {indicator}", done + number, of)
                    snapshots += self._ask(question)
                pulled[indicator] = tuple(snapshots)
            except _QueryError as error:
                pulled[indicator] = error
            done += len(plan)
        return pulled

    def _ask(self, question: Question) -> Iterator[Snapshot]:
        try:
            body = self._body(question)
        except _QueryError as error:
            halves = question.halves() if error.too_much else None
            if halves is None:
                raise
            for half in halves:
                yield from self._ask(half)
        else:
            yield self._snapshot(question, body)

    def _body(self, question: Question) -> bytes:
        from codexreport.sources.http import StatusError, TooLargeError

        key = (question.path, *question.form.values())
        if key not in self._bodies:
            try:
                self._bodies[key] = self._client.post(self._url + question.path, question.form)
            except TooLargeError as error:
                raise _QueryError(error.message, advice=error.advice, too_much=True) from error
            except StatusError as error:
                if error.status not in _BAD_QUERY:
                    raise
                raise _refused(question, error) from error
        return self._bodies[key]

    def _snapshot(self, question: Question, body: bytes) -> Snapshot:
        origin = Origin(
            source=self._name,
            uri=self._url + question.path,
            query=" ".join(f"{key}={value}" for key, value in question.form.items()),
            retrieved=self._place.now,
            sha256=sha256(body),
            size=len(body),
        )
        return Snapshot(
            body=body,
            media_type="application/json",
            origins=(origin,),
            request=question.request,
        )


class _QueryError(SourceError):
    """The server is well, but refuses this query."""

    def __init__(self, message: str, *, advice: str, too_much: bool) -> None:
        super().__init__(message, advice=advice)
        self.too_much = too_much


def _refused(question: Question, error: StatusError) -> _QueryError:
    said = error_text(error.body)
    return _QueryError(
        f"The server refuses the {question.role} query {question.query!r}: {said}."
        if said
        else error.message,
        advice="Try the query in the server's own expression browser.",
        too_much="too many samples" in said,
    )
