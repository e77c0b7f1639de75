"""The harness of the benchmark: contestants see the same, the page says what was measured."""
