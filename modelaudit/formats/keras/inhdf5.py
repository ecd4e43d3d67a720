"""A model or weights of Keras in an HDF5 file.

The root's attributes are the configuration and how the model was compiled. ``model_weights`` names
the layers; in a file of weights alone, the root does. Keras 3, and archives since 2.12, keep
weights in groups without names: ``layers/dense/vars/0``.
https://github.com/keras-team/keras/blob/master/keras/src/legacy/saving/legacy_h5_format.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.core.facts import Fact, Identity, Metadata, Producer, Setting
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.hdf5.attributes import Texts
from modelaudit.formats.keras import config
from modelaudit.formats.keras.settings import MOST_VALUE

OLD_GROUP: Final = "_layer_checkpoint_dependencies"
WEIGHT_GROUPS: Final = ("layers", OLD_GROUP)
JOINED_ON_WINDOWS: Final = tuple(f"/{group}\\" for group in WEIGHT_GROUPS)
"""How the group of a layer begins where Keras 2 wrote the archive on Windows."""
"""Where archives keep weights: from 2.13 on, and in 2.12."""


def facts(source: Source, texts: Texts) -> Iterator[Fact]:
    """What the attributes say; nothing for a file that is not one of Keras."""
    model = texts.text("/", "model_config")
    version = texts.text("/", "keras_version") or texts.text("/model_weights", "keras_version")
    groups = [group for group in WEIGHT_GROUPS if f"/{group}" in texts.groups]
    on_windows = (group for group in sorted(texts.groups) if group.startswith(JOINED_ON_WINDOWS))
    groups += [group.removeprefix("/")[:200] for group in on_windows][:1]
    named = texts.names("/", "layer_names")
    if model is None and version is None and not groups and not named:
        return
    where = source.at()
    if not source.members:
        yield Identity("keras", version or "", where)
        yield Metadata("keras-container", "hdf5" if model is not None else "weights", -1, where)
    if version:
        yield Producer("keras", version, where)
    if backend := texts.text("/", "backend") or texts.text("/model_weights", "backend"):
        yield Metadata("keras-backend", backend[:100], -1, where)
    yield from _groups(texts, groups, where)
    for name in texts.names("/model_weights", "layer_names") or named:
        if leaves(name):
            value = name[:MOST_VALUE]
            yield Setting("", "layer_names", value, "", leaves=True, count=1, where=where)
    if model is not None:
        yield from config.facts(model, _at(where, "model_config"), "hdf5")
    training = texts.text("/", "training_config")
    if training is not None:
        yield from config.facts(training, _at(where, "training_config"), "training")


def _groups(texts: Texts, groups: list[str], where: Location) -> Iterator[Fact]:
    """The groups of weights, and the layers that the one of 2.12 has groups for."""
    for group in groups:
        yield Metadata("keras-weights-group", group, -1, where)
    prefix = f"/{OLD_GROUP}/"
    for path in sorted(texts.groups):
        name = path.removeprefix(prefix)
        if name != path and "/" not in name:
            yield Metadata("keras-weights-layer", name[:200], -1, where)


def _at(where: Location, attribute: str) -> Location:
    return replace(where, object=attribute)
