"""Pictures in the form an engine can take: SVG for Typst, PNG for Word."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass

from codexreport.errors import RenderError
from codexreport.render.raw import typst_string

_PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_SIZE = struct.Struct(">II")
_WORD_PPI = 192
_PAGE_WIDTH_IN = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a cell's output.

    Attributes:
        mime: `image/svg+xml` or `image/png`.
        content: The file's bytes.
        alt: What it shows, for those who do not see it.
    """

    mime: str
    content: bytes
    alt: str

    @classmethod
    def of(cls, mime: str, text: str, alt: str) -> Picture:
        """The picture as a notebook holds it: SVG as text, PNG in base 64.

        Raises:
            RenderError: Not base 64.
        """
        if mime == "image/svg+xml":
            return cls(mime=mime, content=text.encode(), alt=alt)
        return cls.decoded(mime, text, alt)

    @classmethod
    def decoded(cls, mime: str, text: str, alt: str) -> Picture:
        """The picture as an address holds it: in base 64.

        Raises:
            RenderError: Not base 64.
        """
        try:
            return cls(mime=mime, content=base64.b64decode(text), alt=alt)
        except binascii.Error as error:
            raise RenderError(f"A picture ({mime}) in the notebook is damaged: {error}.") from error

    @property
    def data_uri(self) -> str:
        """The whole picture as an address."""
        return f"data:{self.mime};base64,{base64.b64encode(self.content).decode()}"


def svg_of(picture: Picture) -> str:
    """The picture as SVG; one made of pixels is wrapped."""
    if picture.mime == "image/svg+xml":
        return picture.content.decode(errors="replace")
    width, height = _pixels(picture.content)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="{picture.data_uri}"/></svg>'
    )


def png_of(picture: Picture) -> tuple[bytes, float]:
    """The picture as PNG, and the width to show it in, in inches."""
    from codexreport.render.typeset import compile_png

    if picture.mime == "image/png":
        png, ppi = picture.content, 96
    else:
        source = f'#image(bytes({typst_string(svg_of(picture))}), format: "svg")'
        png, ppi = compile_png(source, ppi=_WORD_PPI), _WORD_PPI
    width, _ = _pixels(png)
    return png, min(_PAGE_WIDTH_IN, width / ppi)


def _pixels(png: bytes) -> tuple[int, int]:
    """Width and height from the header (PNG specification, 11.2.1)."""
    size = png[len(_PNG_START) :][: _PNG_SIZE.size]
    if not png.startswith(_PNG_START) or len(size) < _PNG_SIZE.size:
        raise RenderError("A picture (image/png) in the notebook is no PNG file.")
    width, height = _PNG_SIZE.unpack(size)
    return width, height
