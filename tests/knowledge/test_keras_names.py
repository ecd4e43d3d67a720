"""What Keras finds by a class's name alone: layers as activations, optimizers, schedules."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.keras import lacks


@pytest.mark.parametrize(
    ("via", "role", "name", "version", "lack"),
    [
        ("hdf5", "activation", "LeakyReLU", "2.12.0", ""),
        ("hdf5", "activation", "LeakyReLU", "3.15.1", "class"),
        ("hdf5", "activation", "Own", "2.12.0", "custom"),
        ("training", "optimizer_config", "Adam", "2.12.0", ""),
        ("training", "optimizer_config", "Custom>Adam", "2.12.0", ""),
        ("training", "optimizer_config", "LossScaleOptimizerV3", "2.12.0", ""),
        ("training", "optimizer_config", "Own", "2.12.0", "custom"),
        ("training", "optimizer_config", "Own", "3.15.1", ""),
        ("training", "learning_rate", "ExponentialDecay", "2.9.0", ""),
        ("training", "learning_rate", "Own", "2.9.0", "custom"),
    ],
)
def test_names_without_a_module(via: str, role: str, name: str, version: str, lack: str) -> None:
    assert lacks(via, role, "", name, version) == lack


@pytest.mark.parametrize(("version", "lack"), [("2.6.0", "class"), ("2.7.0", "")])
def test_the_oldest_releases(version: str, lack: str) -> None:
    assert lacks("archive", "layers", "keras.layers", "DepthwiseConv1D", version) == lack
