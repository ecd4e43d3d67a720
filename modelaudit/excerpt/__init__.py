"""The bytes, the line or the opcodes at the place that a finding names."""
