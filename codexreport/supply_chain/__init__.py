"""Vulnerabilities and their ages, statements about them, and the log of updates."""
