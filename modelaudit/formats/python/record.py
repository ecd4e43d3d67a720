"""What a walk has found: uses of names of other modules, each once for its place."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from modelaudit.formats.python.evaluation import Evaluator
from modelaudit.formats.python.uses import IN_MEMORY, MEMORY, How, Reach, When, by_name, positional
from modelaudit.formats.python.values import COMPUTED, Scope
from modelaudit.knowledge.python_names import attribute_effect


class Record:
    """Collects uses. ``when`` and ``within`` say what runs while they are met."""

    def __init__(self, names: Evaluator) -> None:
        self.when: When = "import"
        self.within = ""
        self._names = names
        self._found: dict[tuple[Reach, int], None] = {}

    def found(self) -> Sequence[Reach]:
        return [reach for reach, _ in self._found]

    def add(self, dotted: str, how: How, node: ast.expr, scope: Scope) -> None:
        head, _, name = dotted.rpartition(".")
        quiet = how != "assignment" and name != COMPUTED and not attribute_effect(name)
        if (head == COMPUTED and quiet) or (dotted == COMPUTED and how != "call"):
            return  # of something that is worked out, and whose name says nothing

        def words(one: ast.expr) -> str | None:
            text = self._names.text(one, scope)
            if text is None and not IN_MEMORY.isdisjoint(self._names.named(one, scope)):
                return MEMORY
            return text

        arguments = positional(node, words) if isinstance(node, ast.Call) else ()
        keywords = by_name(node, words) if isinstance(node, ast.Call) else ()
        reach = Reach(
            dotted, how, self.when, self.within, arguments, keywords, scope.home(), node.lineno
        )
        self._found[reach, node.col_offset] = None
