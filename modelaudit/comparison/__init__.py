"""What changed between two versions of a model: a pure function of what was read and judged."""
