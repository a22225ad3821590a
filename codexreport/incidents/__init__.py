"""Incidents and the work they leave: how long they took, and whether what was promised got done."""
