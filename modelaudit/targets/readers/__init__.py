"""One module for each family of requirement files: ``read(text, file)`` yields its items.

A reader raises ``Broken``, which names the line, for a file that is not what its name says.
"""
