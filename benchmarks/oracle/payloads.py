"""What leaves a trace when it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Payload:
    """A callable that leaves a trace when it is called with ``arguments``."""

    dotted: str
    arguments: tuple[str | int, ...]


ONE: Final = (
    Payload("os.system", ("touch M",)),
    Payload("os.mkdir", ("M",)),
    Payload("os.makedirs", ("M/N",)),
    Payload("builtins.exec", ("open('M','w')",)),
    Payload("builtins.eval", ("open('M','w')",)),
    Payload("subprocess.getoutput", ("touch M",)),
    Payload("subprocess.call", ("env",)),
    Payload("timeit.timeit", ("open('M','w')/0",)),
    Payload("pprint.pprint", ("MARK",)),
    Payload("builtins.print", ("MARK",)),
    Payload("tempfile.mkdtemp", ("M",)),
)
TWO: Final = (
    Payload("builtins.open", ("M", "w")),
    Payload("io.FileIO", ("M", "w")),
    Payload("codecs.open", ("M", "w")),
    Payload("zipfile.ZipFile", ("M", "w")),
    Payload("tarfile.open", ("M", "w")),
    Payload("os.symlink", ("a", "M")),
    Payload("os.makedirs", ("M", 511)),
)
"""Payloads that need two arguments."""
NONE: Final = (Payload("tempfile.mkdtemp", ()), Payload("tempfile.mkstemp", ()))
ANY: Final = (Payload("builtins.print", ()),)
"""Leaves a trace whatever it is called with."""
HOLDERS: Final = (
    ("argparse", "Namespace"), ("types", "SimpleNamespace"), ("sklearn.utils._bunch", "Bunch"),
    ("collections", "UserDict"), ("collections", "OrderedDict"), ("sklearn.pipeline", "Pipeline"),
    ("sklearn.tree._classes", "DecisionTreeClassifier"), ("collections", "Counter"),
    ("builtins", "Exception"), ("scipy.stats._kde", "gaussian_kde"),
)  # fmt: skip
"""Reviewed classes whose instances take any attribute."""

MAKERS: Final[tuple[tuple[str, tuple[str | int, ...]], ...]] = (
    ("numpy.memmap", ("M", "uint8", "w+", 0, 4)),
    ("io.FileIO", ("M", "w")),
    ("subprocess.Popen", ("env",)),
    ("logging.FileHandler", ("M",)),
    ("sqlite3.Connection", ("M",)),
    ("zipfile.ZipFile", ("M", "w")),
    ("tarfile.TarFile", ("M", "w")),
    ("gzip.GzipFile", ("M", "w")),
    ("bz2.BZ2File", ("M", "w")),
    ("lzma.LZMAFile", ("M", "w")),
    ("shelve.DbfilenameShelf", ("M",)),
    ("mailbox.Maildir", ("M",)),
    ("mailbox.mbox", ("M",)),
    ("os.popen", ("touch M",)),
    ("profile.run", ("open('M','w')",)),
    ("cProfile.run", ("open('M','w')",)),
    ("pdb.run", ("open('M','w')",)),
    ("code.InteractiveInterpreter.runsource", ()),
    ("numpy.save", ("M", 1)),
    ("numpy.savetxt", ("M", 1)),
    ("numpy.savez", ("M", 1)),
    ("joblib.dump", (1, "M")),
    ("joblib.Memory", ("M",)),
    ("pandas.HDFStore", ("M",)),
    ("scipy.io.savemat", ("M", 1)),
    ("pandas.read_pickle", ("M",)),
    ("builtins.help", ("int",)),
    ("shutil.make_archive", ("M", "zip")),
    ("distutils.dir_util.mkpath", ("M",)),
    ("numpy.distutils.exec_command.exec_command", ("touch M",)),
    ("sklearn.datasets.get_data_home", ("M",)),
    ("dis.dis", ("1",)),
    ("ast.dump", ("1",)),
    ("calendar.prmonth", (2000, 1)),
    ("platform.popen", ("touch M",)),
    ("webbrowser.open", ("x",)),
    ("numpy.show_config", ()),
    ("pandas.show_versions", ()),
    ("sklearn.show_versions", ()),
    ("scipy.show_config", ()),
    ("numpy.info", ("x",)),
)
"""Callables that act by themselves, with what they act on."""

ITERATORS: Final = {
    "map": "builtins.map",
    "filter": "builtins.filter",
    "starmap": "itertools.starmap",
    "accumulate": "itertools.accumulate",
}
"""Iterators that call what they are given when something takes from them."""

AS_MAPPING: Final = (
    "builtins.dict", "collections.OrderedDict", "collections.Counter", "collections.UserDict",
)  # fmt: skip
"""Reviewed classes that ask their argument for keys."""
AS_ARRAY: Final = (
    "numpy.float64", "pandas.Series", "scipy.sparse._csr.csr_matrix", "pandas.Index",
)  # fmt: skip
"""Reviewed classes that ask their argument for an array."""
