"""What every room shares: facts, findings, verdicts, bytes, limits and errors."""
