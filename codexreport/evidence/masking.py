"""Masking secrets in a stream, wherever its chunks are cut."""

from __future__ import annotations

from codexreport.evidence.secrets import SecretSearch, Span


class Mask:
    """Passes bytes on with secrets replaced by their names.

    It holds back as many bytes as a secret may still need to be seen whole.
    """

    def __init__(self, search: SecretSearch) -> None:
        """Mask what `search` finds."""
        self._search = search
        self._reach = search.reach
        self._held = b""
        self._covered = 0  # bytes at the start of what is held that belong to a masked secret

    def feed(self, chunk: bytes) -> bytes:
        """What can be passed on once `chunk` is known, too.

        It is looked through in portions, so that many small chunks cost no more than few large.
        """
        self._held += chunk
        if len(self._held) < 2 * self._reach:
            return b""
        return self._release(len(self._held) - self._reach)

    def end(self) -> bytes:
        """The rest, when nothing more will come."""
        return self._release(len(self._held))

    def _release(self, limit: int) -> bytes:
        """Every byte before `limit`: a secret that begins there has been seen whole."""
        if limit <= 0:
            return b""
        content, at, passed = self._held, self._covered, []
        found = {*self._search.spans(content), *self._search.unknown(content)}
        for span in sorted(found, key=_widest_first):
            if span.start >= limit:
                break
            if span.end <= at:
                continue
            if span.start >= at:
                passed += [content[at : span.start], f"[masked: {span.name}]".encode()]
            at = span.end
        passed.append(content[at:limit])
        self._held, self._covered = content[limit:], max(at - limit, 0)
        return b"".join(passed)


def masked(text: str, search: SecretSearch) -> str:
    """A text with secrets replaced by their names."""
    mask = Mask(search)
    content = text.encode("utf-8", "surrogateescape")
    return (mask.feed(content) + mask.end()).decode("utf-8", "surrogateescape")


def _widest_first(span: Span) -> tuple[int, int, str]:
    return span.start, -span.end, span.name
