"""A mistake in the project file is named by the line it stands on."""

import pytest

from codexreport.project.places import line_of

TEXT = """\
schema = 1
[project]
name = "Shop"

[sources."web.shop"]
type = "buckets"
path.to = 1

[[corrections]]
reason = "a"
[[corrections]]
reason = "b" # with [brackets]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("schema",), 1),
        (("project", "name"), 3),
        (("project", "absent"), 2),
        (("sources", "web.shop", "type"), 6),
        (("sources", "web.shop", "path", "to"), 7),
        (("corrections", 0, "reason"), 10),
        (("corrections", 1, "reason"), 12),
        (("corrections", 1, "absent"), 11),
        (("nowhere",), 0),
    ],
)
def test_the_line_of_a_key_or_of_the_table_it_is_missing_from(path, line):
    assert line_of(TEXT, path) == line
