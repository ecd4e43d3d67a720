"""What releases of packages are, have and need, out of ``rules/tables``; no bytes, no rules."""
