"""Rendering: an executed notebook in, the bytes of a page or document out."""
