"""The settings of a source that is files: where they are, and what makes them evidence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from codexreport.keys import Length, ZoneName
from codexreport.readers.notation.limits import Limits


class FileSettings(BaseModel):
    """`[sources.NAME]` whose `type` is a format: files that a tool left behind."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    type: str
    path: str = Field(min_length=1)
    """A file or pattern such as `results/*.xml`, below the project's folder."""
    max_age: Length | None = None
    """How old it may be; older, or not saying when it was made, it is unknown."""
    commit: Annotated[
        str, Field(pattern=r"^(?:[0-9A-Fa-f]{7,64}|env:[A-Za-z_][A-Za-z0-9_]*)?$")
    ] = ""
    """The revision it must speak of, or `env:NAME` of the variable that holds it."""
    timezone: ZoneName | Literal[""] = ""
    """IANA zone of times written without one; empty: such times say nothing."""
    limits: Limits = Limits()
    """What one file may cost: a table of the caps below."""
