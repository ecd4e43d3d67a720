"""Every child process: workers, isolated readers, the decompiler, the question to torch."""
