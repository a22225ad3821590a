"""What a file may cost before it is refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """Caps on one file; every one is a setting, and named in the message that refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    max_bytes: int = Field(default=128 * 2**20, ge=1)
    """Bytes of a file that is held whole: XML, JSON, YAML, TOML, text."""
    max_stream_bytes: int = Field(default=2**30, ge=1)
    """Bytes of a file that is scanned: CSV, JSON Lines, Parquet."""
    max_depth: int = Field(default=100, ge=1)
    """Levels of nesting in XML and JSON."""
    max_rows: int = Field(default=10_000_000, ge=1)
    """Rows, test cases, findings or points in one file."""
    max_ratio: int = Field(default=200, ge=1)
    """How many times larger than the file its unpacked columns may be (Parquet)."""
    max_seconds: float = Field(default=60, gt=0)
    """Seconds that understanding one file may take."""
