"""A tensor inside a plain pickle is handed to torch as bytes; what those are decides."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import modelaudit
from modelaudit.formats.pickle.embedded import look

TENSOR = (
    b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."
    b"\x80\x02}q\x00(X\x10\x00\x00\x00protocol_versionq\x01M\xe9\x03X\r\x00\x00\x00little_endian"
    b"q\x02\x88X\n\x00\x00\x00type_sizesq\x03}q\x04(X\x05\x00\x00\x00shortq\x05K\x02u"
    b"u.\x80\x02]q\x00.\x80\x02]q\x00."
)
HEAD = b"\x80\x04ctorch.storage\n_load_from_bytes\n"


def rules(tmp_path: Path, data: bytes) -> set[tuple[str, str]]:
    path = tmp_path / "tensor.pkl"
    path.write_bytes(data)
    found = modelaudit.scan([path]).findings
    return {(f.rule, f.subject) for f in found if f.severity in ("critical", "high", "medium")}


def test_bytes_that_are_inspected_are_not_held_against_the_loader(tmp_path: Path) -> None:
    data = HEAD + b"B" + len(TENSOR).to_bytes(4, "little") + TENSOR + b"\x85R."
    assert rules(tmp_path, data) == set()


def test_bytes_that_act_are_found_inside(tmp_path: Path) -> None:
    payload = b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R."
    data = HEAD + b"C" + bytes([len(payload)]) + payload + b"\x85R."
    assert rules(tmp_path, data) == {("PKL101", "os.system")}


def test_bytes_that_are_computed_are(tmp_path: Path) -> None:
    data = HEAD + b"cmylib\nmake\n)R\x85R."
    assert ("PKL101", "torch.storage._load_from_bytes") in rules(tmp_path, data)


def as_text(data: bytes) -> bytes:
    """What protocol 2 writes for bytes: a text of the same code points, and the call for it."""
    text = data.decode("latin-1").encode()
    head = b"c_codecs\nencode\nX" + len(text).to_bytes(4, "little") + text
    return head + b"X\x06\x00\x00\x00latin1\x86R"


def test_every_one_of_many_tensors_is_inspected(tmp_path: Path) -> None:
    loads = b"\x80\x02]("
    for number in range(40):
        named = b"\x80\x02X" + number.to_bytes(4, "little") + b"a" * number + b"."
        tensor = TENSOR[:-12] + named + TENSOR[-6:]
        loads += b"ctorch.storage\n_load_from_bytes\n" + as_text(tensor) + b"\x85R"
    assert rules(tmp_path, loads + b"e.") == set()


@pytest.mark.parametrize("size", [2 << 20, 65 << 20])
def test_one_that_is_too_large_to_be_read_at_once_is(tmp_path: Path, size: int) -> None:
    large = b"\x80\x02(X" + size.to_bytes(4, "little") + b"a" * size
    head = b"\x80\x02ctorch.storage\n_load_from_bytes\n"
    found = rules(tmp_path, head + as_text(large + b"l.") + b"\x85R.")
    assert found == set()
    found = rules(tmp_path, head + as_text(large + b"cos\nsystem\n)Rl.") + b"\x85R.")
    assert found == {("PKL101", "os.system")}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_legacy_checkpoint_in_bytes_is_one_in_any_protocol(protocol: int) -> None:
    """torch.save before 1.6 wrote five pickles one after another, the first a magic number."""
    parts: tuple[object, ...] = (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, {}, [])
    checkpoint = b"".join(pickle.dumps(part, protocol) for part in parts)
    found = look(checkpoint)
    assert found is not None
    assert found.format == "pytorch"


def test_a_number_in_the_state_of_a_part_is_not_called(tmp_path: Path) -> None:
    """Protocol 2 has a number as a call with a dtype and bytes, which looks like a pair."""
    made = b"ctypes\nSimpleNamespace\n)\x81"
    kind = b"cnumpy\ndtype\nX\x02\x00\x00\x00f8K\x00K\x01\x87R"
    number = b"cnumpy.core.multiarray\nscalar\n" + kind + as_text(b"\0" * 8) + b"\x86R"
    state = b"}" + made + b"(" + number + b"K\x00K\x00tb\x86"
    assert rules(tmp_path, b"\x80\x02" + made + state + b"b.") == set()


@pytest.mark.parametrize(("name", "invalid"), [(b"os", False), (b"", True)])
def test_only_a_name_that_python_cannot_spell_is_called_invalid(
    tmp_path: Path, name: bytes, invalid: bool
) -> None:
    """``logging.os`` leads to the module ``os``, which leaves no name, and is a valid one."""
    found = rules(tmp_path, b"\x80\x04clogging\n" + name + b"\n.")
    assert ("PKL114" in {rule for rule, _ in found}) == invalid
