"""What formats are written in: bytes as strict JSON, XML, CSV, Parquet ..., within limits."""
