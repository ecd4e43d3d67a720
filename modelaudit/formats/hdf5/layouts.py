"""Whose file it is: programs that keep their data in HDF5 mark the root, or the bytes before it.

https://anndata.readthedocs.io/en/stable/fileformat-prose.html
https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html
https://www.pytables.org/usersguide/file_format.html
https://www.mathworks.com/help/matlab/import_export/mat-file-versions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from h5py import h5a, h5g

from modelaudit.core.facts import Metadata
from modelaudit.core.source import Source

_BY_ATTRIBUTE: Final = (
    (b"encoding-type", (b"obs", b"var"), "AnnData"),
    (b"_NCProperties", (), "netCDF-4"),
    (b"PYTABLES_FORMAT_VERSION", (), "PyTables"),
    (b"LOOM_SPEC_VERSION", (), "Loom"),
)
"""An attribute of the root, links that it has too, and whose layout that is."""
_MATLAB: Final = b"MATLAB 7.3 MAT-file"


def layouts(source: Source, root: h5g.GroupID) -> Iterator[Metadata]:
    """One fact for each layout that the file has."""
    if source.read(0, len(_MATLAB)) == _MATLAB:
        yield Metadata("hdf5-layout", "MATLAB 7.3", -1, source.at())
    for name, links, title in _BY_ATTRIBUTE:
        if h5a.exists(root, name) and all(link in root for link in links):
            yield Metadata("hdf5-layout", title, -1, source.at())
