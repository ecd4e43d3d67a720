"""Rules, knowledge tables and format descriptions: data, read through importlib.resources."""
