"""codexreport: notebook reports for release and operations teams."""

__version__ = "0.1.0"
