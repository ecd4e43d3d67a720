"""XGBoost's own files."""
