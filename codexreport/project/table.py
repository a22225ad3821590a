"""What every table that people write has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
"""A name that can stand in a path, a command and a sentence."""

Phase = Annotated[str, Field(pattern=r"^(?:[a-z0-9-]|\{release\}){1,60}$")]
"""The name of a phase of evidence, in which `{release}` may stand."""


class Table(BaseModel):
    """A table of a file that people write: every key is known, and says what it means."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,  # the reference in docs/ is made of them
    )
