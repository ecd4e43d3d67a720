"""How generated files are made.

Every module of ``generate`` and of ``tables/<topic>`` is a command:

    python -m scripts.tables.pickle.dangerous           write rules/tables/pickle_dangerous.json
    python -m scripts.tables.pickle.dangerous --check   write nothing, exit with 1 if it is wrong

``common`` is what the commands share. ``sources`` holds what people wrote by hand, as data.
"""
