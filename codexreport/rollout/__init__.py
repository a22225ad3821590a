"""Bringing a release to users: feature flags and deployments."""
