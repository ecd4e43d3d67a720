"""Tests, which mirror ``modelaudit/``."""
