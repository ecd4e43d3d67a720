"""What artifacts need to be installed, and whether a file asks for it."""
