"""What `codexreport.toml` says of smoke runs: where, and what has to be answered."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from codexreport.addresses import EnvReference, PlainUrl, header_name, http_url
from codexreport.keys import Length
from codexreport.project.table import Phase, Table
from codexreport.smoke.check import OK, Check
from codexreport.steps import is_own
from codexreport.window import duration


def _budget(value: object) -> object:
    return duration(value) if isinstance(value, str) else value


def listed(value: object) -> list[object] | tuple[object, ...]:
    """One value where a list may stand, as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _json_path(text: str) -> str:
    from jsonpath import JSONPathError, compile  # noqa: A004, what the library calls it

    try:
        compile(text)
    except JSONPathError as error:
        raise ValueError(f"{text!r} is no JSONPath; write for example $.status") from error
    return text


def jsonable(value: Any) -> Any:
    """Check that TOML holds nothing that JSON has no word for; raises ValueError, for pydantic."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError("holds what JSON cannot say, such as a date or nan") from error
    return value


def _free(step: str) -> str:
    """Check that a step is not the kit's own; raises ValueError, for pydantic."""
    if is_own(step):
        raise ValueError(f"{step!r} is a step that codexreport keeps itself; write another")
    return step


HeaderName = Annotated[str, AfterValidator(header_name)]
Step = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
JsonPath = Annotated[str, AfterValidator(_json_path)]
Status = Annotated[int, Field(strict=True, ge=100, le=599)]
Text = Annotated[str, Field(min_length=1)]


class _Secretive(Table):
    model_config = ConfigDict(hide_input_in_errors=True)


class SmokeEnvironmentTable(_Secretive):
    """`[smoke.environments.NAME]`: one place that is asked, such as staging."""

    base_url: PlainUrl
    """Its address; the `path` of a check is added to it."""
    headers: dict[HeaderName, EnvReference] = Field(default={})
    """Headers that it needs, such as `Authorization`, their values as `env:NAME`. They are sent to
    this address alone."""
    allow_hosts: tuple[Text, ...] = ()
    """Other hosts that it may redirect to; to any other, a redirection is not followed."""
    step: Annotated[Step, AfterValidator(_free)] | None = None
    """What its runs are kept as; absent: `smoke` for staging, which is what gates ask for, and
    `smoke-NAME` for any other."""


class SmokeCheckTable(_Secretive):
    """`[[smoke.checks]]`: one question, and the answer that is wanted."""

    name: str = Field(min_length=1, max_length=200)
    """What people call it."""
    path: str = ""
    """Where it is asked, below the environment's `base_url`, such as `/health`."""
    url: Annotated[str, AfterValidator(lambda text: text and http_url(text))] = ""
    """Instead of `path`: a whole address, which does not get the environment's headers."""
    method: Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """As HTTP names it."""
    headers: dict[HeaderName, EnvReference] = Field(default={})
    """Further headers to send, their values as `env:NAME`."""
    body: Annotated[Any, AfterValidator(jsonable)] = None
    """What to send, as JSON."""
    status: Annotated[tuple[Status, ...], BeforeValidator(listed)] = Field((OK,), min_length=1)
    """The status wanted, or a list of such; a redirection that is wanted is not followed."""
    within: Annotated[timedelta, BeforeValidator(_budget), Field(gt=timedelta())] | None = None
    """The longest it may take, such as `500ms`, redirections included."""
    answer_headers: dict[HeaderName, str] = Field(default={})
    """Text that headers of the answer hold, such as `{Content-Type = "application/json"}`."""
    json_: dict[JsonPath, str | bool | int | float] = Field(default={}, alias="json")
    """Values of the answer, by JSONPath, such as `{"$.status" = "ok"}`."""
    contains: Annotated[tuple[Text, ...], BeforeValidator(listed)] = ()
    """Text that the answer holds, or a list of such."""
    certificate_days: int = Field(default=0, ge=0, le=3650)
    """Days for which the server's certificate is still valid, at least."""

    @model_validator(mode="after")
    def _asks_somewhere(self) -> SmokeCheckTable:
        if bool(self.path) is bool(self.url):
            raise ValueError("needs a path or a url, and not both")
        if self.path and not self.path.startswith("/"):
            raise ValueError("path begins with /")
        if self.path and not (self.path.isprintable() and " " not in self.path):
            raise ValueError("path holds a character that no URL has")
        return self

    def check(self, base_url: str) -> Check:
        """What is asked of the environment at `base_url`."""
        return Check(
            name=self.name,
            url=self.url or base_url + self.path,
            method=self.method,
            headers=self.headers,
            body=self.body,
            status=self.status,
            within=self.within,
            answer_headers=self.answer_headers,
            json=self.json_,
            contains=self.contains,
            certificate_days=self.certificate_days,
        )


class SmokeTable(Table):
    """`[smoke]`: whether what was deployed answers at all."""

    phase: Phase = "phase4"
    """The evidence that runs are kept in."""
    environments: dict[Step, SmokeEnvironmentTable] = Field(default={})
    """Where it is asked."""
    checks: tuple[SmokeCheckTable, ...] = ()
    """What is asked, in this order."""
    timeout: Length = timedelta(seconds=10)
    """How long to wait for the next byte of an answer."""
    deadline: Length = timedelta(minutes=2)
    """How long all checks may take together; those that are left are unknown."""
    command: tuple[Text, ...] = ()
    """The team's own smoke tests, such as `["pytest", "tests/smoke", "--base-url={base_url}"]`;
    they run in the project's folder, with `{env}` and `{base_url}` replaced."""
    results: str = ""
    """The file of a known format that the command leaves behind, such as `smoke.xml`."""

    @model_validator(mode="after")
    def _fits(self) -> SmokeTable:
        names = [check.name for check in self.checks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two checks are called {twice[0]!r}")
        if self.results and not self.command:
            raise ValueError("results without a command that makes them")
        if set(self.results) & set("*?["):
            raise ValueError("results is one file, and no pattern")
        return self
