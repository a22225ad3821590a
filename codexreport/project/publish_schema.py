"""What `codexreport.toml` says of publishing: where figures go, and which."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from codexreport.addresses import EnvReference, PushUrl
from codexreport.project.table import Name, Table


class PublishTable(Table):
    """`[publish]`: figures for other people's dashboards."""

    model_config = ConfigDict(hide_input_in_errors=True)

    pushgateway: PushUrl | None = None
    """Address of a Prometheus Pushgateway."""
    token: EnvReference | None = None
    """Bearer token for it, as `env:NAME`."""
    username: EnvReference | None = None
    """For basic authentication, as `env:NAME`."""
    password: EnvReference | None = None
    """For basic authentication, as `env:NAME`."""
    job: str = Field(default="codexreport", min_length=1, max_length=100)
    """The job label that figures are grouped by, beside the project's name."""
    measures: tuple[Annotated[str, Field(min_length=1)], ...] = ("slo.", "quality.")
    """Beginnings of the names of measures that are published; `codexreport measures` lists them."""
    decisions: tuple[Name, ...] = ()
    """Decisions or gates that are published; absent: all of `[decisions]`."""

    @model_validator(mode="after")
    def _one_way_in(self) -> PublishTable:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.token and self.username:
            raise ValueError("give a token, or username and password, not both")
        return self
