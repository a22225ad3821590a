"""Templates of pages, and making a page of one that people then go on writing in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from codexreport.authoring.blocks import block, refreshed
from codexreport.errors import AuthoringError

_SLOT = re.compile(r"\{([a-z][a-z0-9-]*)\}")


def page(
    template: str,
    blocks: Mapping[str, str],
    words: Mapping[str, str] = {},
    *,
    before: bytes | None = None,
    file: str,
) -> bytes:
    """A page made of a template; one that is there already has its blocks renewed, no more.

    Args:
        template: Name of a file among the kit's templates; `{name}` in it is a block or a word.
        blocks: Generated Markdown by name.
        words: Text that is put in once, when the page is made.
        before: The page as it is; None where there is none.
        file: What it is called in messages.

    Raises:
        AuthoringError: It is not UTF-8, its markers are damaged, or somebody wrote inside a block.
    """
    if before is None:
        made = {**words, **{name: block(name, content) for name, content in blocks.items()}}
        return _SLOT.sub(lambda slot: made[slot[1]], _template(template)).encode()
    try:
        text = before.decode()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise AuthoringError(
            f"{file}:{line}: is not UTF-8 text.", advice="Save it as UTF-8; nothing was changed."
        ) from error
    return refreshed(text, blocks, file).encode()


def slots(template: str) -> tuple[str, ...]:
    """The names that stand in a template in braces."""
    return tuple(dict.fromkeys(_SLOT.findall(_template(template))))


def _template(name: str) -> str:
    return files("codexreport").joinpath("templates", name).read_text(encoding="utf-8")
