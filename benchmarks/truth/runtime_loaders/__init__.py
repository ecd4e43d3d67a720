"""Scripts that run in the environments of loaders, and what makes those."""
