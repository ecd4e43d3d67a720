"""Keras: what configurations say in each container, and what a release makes of it."""

from __future__ import annotations

import json
import marshal
import sys
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Code, Fact, Layer, Metadata, Setting, Unreadable
from modelaudit.core.findings import Target
from modelaudit.core.location import Location
from modelaudit.formats import marshalled
from modelaudit.formats.keras import config, lambdas
from modelaudit.formats.keras.settings import MOST_SETTINGS
from modelaudit.formats.keras.walk import Json
from modelaudit.knowledge import keras
from modelaudit.targets.named import implied

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "keras"
WHERE = Location("a.keras")


def facts(value: object, via: str = "archive") -> list[Fact]:
    text = value if isinstance(value, str) else json.dumps(value)
    return list(config.facts(text, WHERE, via))


def thing(class_name: str, module: str = "keras.layers", /, **held: object) -> dict[str, object]:
    return {"module": module, "class_name": class_name, "config": held, "registered_name": None}


def test_every_object_is_a_fact_with_its_role() -> None:
    inner = thing("Zeros", "keras.initializers")
    dense = thing("Dense", name="d", units=2, bias_initializer=inner)
    found = facts(thing("Sequential", "keras", name="m", layers=[dense, dense]))
    layers = {fact.class_name: fact for fact in found if isinstance(fact, Layer)}
    assert layers["Dense"].keys == ("name", "units", "bias_initializer")
    assert (layers["Dense"].role, layers["Dense"].count) == ("layers", 2)
    assert layers["Zeros"].role == "bias_initializer"
    assert layers["Zeros"].where.object == "m/d/Zeros"[: -len("/Zeros")]


def test_a_function_is_a_fact_by_its_name() -> None:
    function = {"module": "os", "class_name": "function", "config": "system"}
    found = facts(thing("Dense", name="d", activation=function))
    named = [f for f in found if isinstance(f, Layer) and f.role == "function"]
    assert [(f.module, f.class_name) for f in named] == [("os", "system")]


@pytest.mark.parametrize("text", ["{", "[" * 200_000, "nothing", '{"a": 1}}'])
def test_text_that_is_not_json_is_reported(text: str) -> None:
    assert [fact.reason for fact in facts(text) if isinstance(fact, Unreadable)] == [
        "broken-config"
    ]


@pytest.mark.parametrize("value", [1, None, [], {}, {"class_name": 3}, {"class_name": "A"}, "x"])
def test_odd_values_say_nothing_bad(value: Json) -> None:
    found = config.of_value(value, WHERE, "archive")
    assert not any(isinstance(fact, Unreadable) for fact in found)


def test_odd_types_in_known_places() -> None:
    for name in ("Lambda", "TFSMLayer", "TorchModuleWrapper", "StringLookup", "__lambda__"):
        for held in (None, 1, [], [1], "x", {"function": 1, "module": [], "filepath": None}):
            value = {"class_name": name, "config": held, "module": 1, "registered_name": []}
            facts(value)
            facts({"class_name": "Functional", "config": {"layers": [value], "output_layers": 1}})


def test_depth_and_number_are_bounded() -> None:
    wide = facts([thing(f"C{number}") for number in range(config.MOST_KINDS + 10)])
    assert [fact.reason for fact in wide if isinstance(fact, Unreadable)] == ["limit"]


def test_a_key_that_occurs_twice() -> None:
    found = facts('{"class_name": "Dense", "config": {"units": 1, "units": 2}}')
    assert [fact.kind for fact in found if isinstance(fact, Anomaly)] == ["keras-duplicate-key"]


def test_paths_of_layers() -> None:
    found = facts(thing("StringLookup", name="s", vocabulary="http://localhost/words"))
    settings = [f for f in found if isinstance(f, Setting)]
    assert [(f.owner, f.name, f.value, f.role, f.leaves) for f in settings] == [
        ("StringLookup", "vocabulary", "http://localhost/words", "", True)
    ]


def test_words_of_lists_are_no_settings_and_addresses_are() -> None:
    found = facts(thing("StringLookup", name="s", vocabulary=["a", "/b", "http://localhost/x"]))
    assert [f.value for f in found if isinstance(f, Setting)] == ["http://localhost/x"]


def test_layers_have_keys_without_values_and_names_of_those_inside() -> None:
    inner = thing("Normalization", name="n", mean=None, variance=[], axis=-1, center=False)
    found = facts(thing("Sequential", "keras", name="m", layers=[inner]))
    layers = {fact.class_name: fact for fact in found if isinstance(fact, Layer)}
    assert layers["Normalization"].unset == ("mean", "variance")
    assert layers["Sequential"].layers == ("n",)


def test_settings_are_bounded() -> None:
    found = facts([thing("Own", note=f"n{n}") for n in range(MOST_SETTINGS + 1)])
    assert [fact.fields for fact in found if isinstance(fact, Unreadable)] == [
        {"limit": "texts of one configuration", "most": MOST_SETTINGS}
    ]


def test_marshalled_code_of_this_python() -> None:
    code = compile("lambda x: __import__('os').system(f'echo {x}') + 10**30 + 1.5", "m", "eval")
    function = marshalled.read(marshal.dumps(code.co_consts[0]))
    assert function.name == "<lambda>"
    assert {"__import__", "system"} <= set(function.names)
    shown = lambdas.render(function, (f"3.{sys.version_info[1]}",))
    assert shown.startswith("<lambda>(x): LOAD_GLOBAL __import__, LOAD_CONST 'os', CALL")


def test_marshalled_code_that_is_cut() -> None:
    code = compile("lambda x, *a: [y for y in (x, 'é', b'b', 1j, ...) if y]", "m", "eval")
    data = marshal.dumps(code)
    assert any(f.name == "<lambda>" for f in marshalled.read(data).all())
    for length in range(len(data)):
        with pytest.raises(Malformed):
            marshalled.read(data[:length])


def test_code_that_cannot_be_read_is_reported() -> None:
    found = list(lambdas.code("AAAA", "l", WHERE))
    assert [type(fact) for fact in found] == [Code, Unreadable]


def rules(path: Path, *targets: str) -> set[str]:
    pairs = [target.split("==") for target in targets]
    wanted = [Target(name, version, "test") for name, version in pairs]
    return {finding.rule for finding in modelaudit.scan([path], targets=wanted).findings}


CVES = {
    "KRS131": ("2.13.1", "lambda.h5"),
    "KRS132": ("3.9.0", "module.keras"),
    "KRS133": ("3.11.0", "fetch.keras"),
    "KRS134": ("3.11.3", "lambda.h5"),
    "KRS135": ("3.11.0", "unsafe.keras"),
    "KRS136": ("3.11.3", "torch.keras"),
    "KRS137": ("3.12.0", "passwd.keras"),
    "KRS138": ("3.12.0", "fetch.keras"),
    "KRS139": ("3.12.1", "bomb.keras"),
    "KRS140": ("3.13.2", "etc.keras"),
    "KRS141": ("3.12.3", "soft.keras"),
    "KRS142": ("3.15.0", "virtual.keras"),
    "KRS143": ("3.15.0", "parent.keras"),
    "KRS144": ("3.15.0", "lambda.keras"),
    "KRS145": ("3.15.0", "torch.keras"),
    "KRS146": ("3.13.2", "parent.keras"),
    "KRS147": ("3.15.0", "fetch.keras"),
    "KRS148": ("2.6.0", "apply.yaml"),
}


@pytest.mark.parametrize("rule", CVES)
def test_a_release_without_the_flaw(rule: str) -> None:
    """The same file with a fixed release has the plain security findings and not this one."""
    version, name = CVES[rule]
    found = rules(FIXTURES / rule / "fail" / name, f"keras=={version}")
    assert rule not in found
    assert any(one[3] == "1" for one in found)


def test_tensorflow_brings_its_keras() -> None:
    brought = implied([Target("tensorflow", "2.15.1", "--target")])
    assert [(t.name, t.version) for t in brought] == [("keras", "2.15.0")]
    assert implied([Target("tensorflow", "2.18", "")])[0].version.startswith("3.")
    named = [Target("tensorflow", "2.15.1", ""), Target("keras", "3.3", "")]
    assert implied(named) == []
    assert implied([Target("torch", "2.8", "")]) == []
    old = FIXTURES / "KRS204" / "fail" / "newer.keras"
    assert "KRS204" in rules(old, "tensorflow==2.15.1")
    assert "KRS206" in rules(old, "tensorflow==2.11.0")


@pytest.mark.parametrize(
    ("via", "role", "module", "name", "version", "lack"),
    [
        ("archive", "layers", "keras.layers", "Dense", "3.15.1", ""),
        ("archive", "", "keras.src.engine.functional", "Functional", "3.3", "module"),
        ("archive", "", "keras.src.engine.functional", "Functional", "2.15.0", ""),
        ("archive", "layers", "keras.layers", "RMSNormalization", "3.3.3", "class"),
        ("archive", "layers", "own", "Thing", "3.3.3", "custom"),
        ("archive", "function", "builtins", "mean_squared_error", "3.3.3", ""),
        ("archive", "function", "builtins", "own_loss", "3.3.3", "custom"),
        ("hdf5", "layers", "", "LocallyConnected1D", "2.15", ""),
        ("hdf5", "layers", "", "LocallyConnected1D", "3.0", "class"),
        ("hdf5", "layers", "", "Own", "3.0", "custom"),
        ("hdf5", "kernel_initializer", "", "GlorotUniform", "2.12", ""),
        ("hdf5", "kernel_initializer", "", "Orthogonal", "3.3", "class"),
        ("hdf5", "kernel_initializer", "", "Orthogonal", "3.15", ""),
        ("hdf5", "kernel_regularizer", "", "L2", "3.15", ""),
        ("hdf5", "bias_constraint", "", "NonNeg", "3.3", ""),
        ("hdf5", "layers", "", "Dense", "9.0", ""),
    ],
)
def test_what_a_release_lacks(
    via: str, role: str, module: str, name: str, version: str, lack: str
) -> None:
    assert keras.lacks(via, role, module, name, version) == lack


def test_keys_that_a_release_refuses() -> None:
    keys = ["batch_shape", "optional", "name"]
    refused = keras.refuses("archive", "layers", "keras.layers", "InputLayer", keys, "2.15.0")
    assert refused == ["batch_shape", "optional"]
    assert keras.refuses("archive", "layers", "keras.layers", "InputLayer", keys, "3.15") == []
    old = ["batch_input_shape", "units"]
    assert keras.refuses("hdf5", "layers", "", "Dense", old, "3.3.3") == []
    assert keras.refuses("hdf5", "layers", "", "Unheard", old, "3.3.3") == []


def test_nodes_of_nested_models() -> None:
    found = facts(
        {
            "class_name": "Functional",
            "config": {
                "name": "m",
                "layers": [
                    {"class_name": "InputLayer", "name": "i", "config": {}, "inbound_nodes": []},
                    {
                        "class_name": "Sequential",
                        "name": "inner",
                        "config": {},
                        "inbound_nodes": [[["i", 0, 0, {}]], [["inner", 1, 0, {}]]],
                    },
                ],
                "output_layers": [["inner", 2, 0]],
            },
        },
        "hdf5",
    )
    nodes = [f.value for f in found if isinstance(f, Metadata) and f.key == "keras-node-beyond"]
    assert nodes == ["inner"]
