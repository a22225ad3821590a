"""The project: one `codexreport.toml` and the files it names, typed and validated."""
