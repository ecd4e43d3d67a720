"""The configuration: its types, its file, and YAML that knows its places."""
