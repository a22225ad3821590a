"""Execution: finding, checking and running notebooks."""
