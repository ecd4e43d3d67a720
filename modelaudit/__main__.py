"""``python -m modelaudit``."""

from modelaudit.cli import main

if __name__ == "__main__":
    main()
