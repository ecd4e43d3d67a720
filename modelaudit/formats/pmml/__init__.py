"""PMML: what a model in XML declares, refers to and applies, and where it contradicts itself."""
