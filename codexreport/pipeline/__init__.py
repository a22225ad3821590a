"""The river: open, collect, read, compute; then execute, render, keep."""
