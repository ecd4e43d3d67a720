"""Kinds of zip, tar, 7z and compressed streams. Sizes are in bytes, CRCs in hexadecimal."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "path-traversal": Kind("unpacking the member {name!r} writes outside the target directory"),
    "absolute-name": Kind("the member {name!r} has an absolute path"),
    "nul-in-name": Kind("the member name {name!r} contains a NUL character"),
    "device": Kind("the member {name!r} is a device or a pipe"),
    "duplicate-name": Kind("{count} members have the name {name!r}"),
    "overlapping-members": Kind(
        "the member {name!r} shares bytes with another member (members like it: {count})"
    ),
    "decompression-bomb": Kind("{packed} bytes of members expand to {size} bytes"),
    "local-central-mismatch": Kind(
        "the local header of the member {name!r} declares {property} {local!r}, and the central"
        " directory declares {central!r}"
    ),
    "unicode-path-mismatch": Kind(
        "the member {name!r} is named {other!r} in its Unicode path field, which only some readers"
        " use"
    ),
    "zip64-end-mismatch": Kind("the zip64 end record contradicts the end record"),
    "zip64-size-missing": Kind(
        "a header of the member {name!r} refers to a zip64 number that is missing"
    ),
    "ambiguous-directory": Kind(
        "readers may take the central directory at offset {first} or the one at offset {second}"
    ),
    "concatenated-archives": Kind("the file contains more than one zip archive"),
    "data-before-archive": Kind("{size} bytes come before the archive"),
    "data-between-members": Kind("{size} bytes between members belong to no member"),
    "data-after-archive": Kind("{size} bytes follow the archive"),
    "member-count-mismatch": Kind(
        "the archive declares {declared} members and its central directory lists {listed}"
    ),
    "hidden-member": Kind("the central directory does not list the member {name!r}"),
    "members-after-end": Kind("members follow the end marker of the tar archive"),
    "false-encryption-flag": Kind("the member {name!r} is marked as encrypted and is not"),
    "unusual-flag": Kind("the member {name!r} is marked for {feature}"),
    "crc-mismatch": Kind("the content of the member {name!r} has CRC {crc}, not {declared}"),
    "size-mismatch": Kind(
        "the content of the member {name!r} does not have the declared {declared} bytes: {size}"
        " were read"
    ),
}
REASONS: Final[dict[str, Reason]] = {
    "not-a-zip": Reason("the file contains no zip archive", group="misnamed"),
    "not-a-tar": Reason("the file contains no tar archive", group="misnamed"),
    "zip-without-members": Reason(
        "the file starts as a zip archive and contains no complete member", group="damaged"
    ),
    "missing-local-header": Reason(
        "the local header of the member {name!r} is missing at offset {offset}", group="damaged"
    ),
    "truncated-member": Reason(
        "the file ends inside the member {name!r}: {missing} bytes are missing", group="damaged"
    ),
    "missing-end-record": Reason(
        "the central directory of the zip archive is missing; members were searched for one by one",
        group="damaged",
    ),
    "missing-end-marker": Reason("the end marker of the tar archive is missing", group="damaged"),
    "tar-header-checksum": Reason(
        "the checksum of a tar header is wrong; the {size} bytes from there on were not read",
        group="damaged",
    ),
    "compression-method": Reason(
        "the zip compression method {method} is not supported", group="unsupported"
    ),
    "sparse-member": Reason(
        "the member is a sparse file, which is not put together", group="unsupported"
    ),
}
METADATA: Final[dict[str, Key]] = {
    "compression": Key("how the file is compressed", "text"),
}
