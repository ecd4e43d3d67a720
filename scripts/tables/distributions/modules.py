"""Write rules/tables/distributions.json: which distribution a module or a format needs.

Curated by hand, below and in scripts/sources/distributions.tsv, from what the distributions say
they install; the modules of the standard library are those of the running interpreter and those
that older releases had. Ranges are for modules that only some releases have, and names of classes
count as modules here. ``--check`` needs no network.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date

from scripts.common.files import TABLES, write_or_check
from scripts.common.sources import rows

TABLE = TABLES / "distributions.json"
OLD_LIBRARY = (
    *("__builtin__", "__main__", "aifc", "asynchat", "asyncore", "asyncio"),
    *("audioop", "binhex", "cPickle", "cStringIO", "cgi", "cgitb"),
    *("chunk", "commands", "copy_reg", "crypt", "distutils", "formatter"),
    *("imghdr", "imp", "lib2to3", "macpath", "mailcap", "msilib"),
    *("nis", "nntplib", "ossaudiodev", "parser", "pipes", "smtpd"),
    *("sndhdr", "spwd", "sunau", "symbol", "telnetlib", "urllib2"),
    *("uu", "xdrlib", "builtins", "StringIO", "UserDict", "UserList"),
)
"""Modules of older releases, and those that no distribution has."""
FORMATS = {
    "hdf5": "h5py", "joblib": "joblib", "keras": "keras", "numpy": "numpy", "pt2": "torch",
    "pytorch": "torch", "safetensors": "safetensors", "savedmodel": "tensorflow",
    "xgboost": "xgboost", "lightgbm": "lightgbm",
    "torchscript": "torch", "lz4": "lz4", "zstd": "zstandard",
}  # fmt: skip
"""What reads a format of artifacts, where that takes more than the standard library."""
DOMAINS = {
    "torchvision": "torchvision",
    "torchaudio": "torchaudio",
    "torch_scatter": "torch-scatter",
    "torch_sparse": "torch-sparse",
    "torchtext": "torchtext",
}
"""Domains of operators that a distribution of their own registers."""
BRINGS = {
    "catboost": ["numpy", "pandas", "scipy", "matplotlib", "plotly", "graphviz", "six"],
    "gensim": ["numpy", "scipy", "pandas"],
    "imbalanced-learn": ["numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl"],
    "keras": ["numpy", "h5py"],
    "lightgbm": ["numpy", "scipy"],
    "mlflow": ["cloudpickle", "numpy", "pandas", "scikit-learn", "scipy", "pyyaml"],
    "pandas": ["numpy", "python-dateutil", "pytz", "tzdata"],
    "scikit-learn": ["joblib", "numpy", "scipy", "threadpoolctl"],
    "scipy": ["numpy"],
    "sentence-transformers": ["torch", "transformers", "scikit-learn", "scipy", "numpy", "joblib"],
    "shap": ["numpy", "scipy", "scikit-learn", "pandas", "numba", "cloudpickle"],
    "statsmodels": ["numpy", "scipy", "pandas", "patsy"],
    "tensorflow": ["numpy", "h5py", "keras", "protobuf"],
    "torchvision": ["torch", "numpy", "pillow"],
    "transformers": ["numpy", "safetensors", "tokenizers", "regex", "pyyaml"],
    "ultralytics": ["torch", "torchvision", "numpy", "pandas", "opencv-python", "pillow"],
    "xgboost": ["numpy", "scipy"],
}
"""What a distribution itself requires, of what models name."""


def modules() -> dict[str, str]:
    """Each module's distribution."""
    return dict(sorted((module, name) for module, name in rows("distributions.tsv")))


def render(library: list[str], day: str) -> str:
    table = {
        "about": "distributions by the modules that they install",
        "source": "curated by hand; the standard library by its own list of modules",
        "licence": "facts",
        "date": day,
        "formats": FORMATS,
        "domains": DOMAINS,
        "brings": BRINGS,
        "modules": modules(),
        "library": library,
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    if not parser.parse_args().check:
        library = sorted({*sys.stdlib_module_names, *OLD_LIBRARY})
        return write_or_check(TABLE, render(library, date.today().isoformat()), check=False)
    held = json.loads(TABLE.read_text("utf-8"))
    return write_or_check(TABLE, render(held["library"], held["date"]), check=True)


if __name__ == "__main__":
    sys.exit(main())
