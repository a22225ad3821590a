"""Readiness: measures against criteria, findings against a gate, gates into a decision."""
