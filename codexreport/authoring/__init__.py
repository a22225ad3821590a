"""Authoring: notebooks that people write in and the kit computes in, cell by cell."""
