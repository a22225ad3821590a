"""Objectives and what was kept of them: pure values in, measures out."""
