"""How much the platform costs, beside the bare limit and beside the conventional way. `python -m benchmarks` runs it."""
