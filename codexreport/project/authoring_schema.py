"""What `codexreport.toml` says of postmortems and retros."""

from __future__ import annotations

from datetime import timedelta

from codexreport.keys import Length
from codexreport.project.table import Table


class AuthoringTable(Table):
    """`[authoring]`: postmortems and retros, which people write and the kit computes."""

    draft_max_age: Length = timedelta(days=14)
    """How long one may stay a draft, with a section that is not written."""
    near: Length = timedelta(hours=6)
    """How long before an incident a change is shown as near it."""
