"""Readers: from the bytes of one file to facts. One file a format, found by its shape."""
