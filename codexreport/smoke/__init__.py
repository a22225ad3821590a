"""Smoke: what a service has to answer, and whether it did."""
