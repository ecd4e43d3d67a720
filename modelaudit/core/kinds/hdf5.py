"""Kinds of HDF5 files, whatever they contain. Sizes and offsets are in bytes."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "hdf5-second-superblock": Kind("the file has another superblock at offset {offset}"),
    "hdf5-widths": Kind("offsets are {offsets} bytes wide and lengths {lengths}"),
    "hdf5-truncated": Kind("the superblock declares {declared} bytes, and the file has {size}"),
    "hdf5-trailing": Kind("{size} bytes follow the end that the superblock declares"),
    "hdf5-user-block-content": Kind("the user block starts as {format}"),
    "hdf5-user-link": Kind("the link {path!r} has the user-defined class {link_class}"),
    "hdf5-shape-bomb": Kind("the dataset {path!r} declares {declared} bytes and stores {stored}"),
}
REASONS: Final[dict[str, Reason]] = {
    "hdf5-superblock-version": Reason(
        "version {version} of the HDF5 superblock is unknown", group="unsupported"
    ),
    "hdf5-not-opened": Reason("libhdf5 cannot open the file: {problem}", group="damaged"),
    "hdf5-object": Reason("the object {path!r} cannot be read: {problem}", group="damaged"),
    "hdf5-attribute-type": Reason("the attribute {name!r} is not text", group="damaged"),
    "hdf5-cells-filtered": Reason(
        "the pickled objects of {path!r} are behind the filter {filter}", group="unsupported"
    ),
    "hdf5-cells-elsewhere": Reason(
        "the pickled objects of {path!r} are in another file", group="unsupported"
    ),
}
METADATA: Final[dict[str, Key]] = {
    "hdf5-superblock": Key("the version of the superblock", "number"),
    "hdf5-open-for-writing": Key("the consistency flags of a file that is not closed", "number"),
    "hdf5-user-block": Key("the bytes before the superblock", "number"),
    "hdf5-filter": Key("the number of a filter that a dataset needs; the value names it", "number"),
    "hdf5-virtual": Key("how many other datasets a virtual dataset is put together from", "number"),
    "hdf5-layout": Key("whose layout the root has", "text"),
    "hdf5-broken": Key("how many objects could not be read so far", "number"),
    "tensors-not-listed": Key("how many datasets are not listed one by one", "number"),
}
