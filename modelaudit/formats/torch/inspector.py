"""A torch checkpoint: the legacy stream, or a zip."""

from __future__ import annotations

from modelaudit.formats.torch.checkpoint import inspect_archive
from modelaudit.formats.torch.legacy import inspect

__all__ = ["inspect", "inspect_archive"]
