"""The parts of Scripts/bench.py: measuring, the drawn queries, the DuckDB side, the table."""
