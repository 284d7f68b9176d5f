"""What a question may cost, measured on its text and variables before anything is asked of the store.

The cost is an upper estimate of how many fields the answer has: each field counts as often as the lists around it may be long, and a field
that asks the store once a node counts as many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
    value_from_ast_untyped,
)
from strawberry.extensions import SchemaExtension

from whence.errors import BadRequest, TooCostly
from whence.model.answers import DEFAULT_MAX_NODES
from whence.model.focus import FocusView
from whence.queries.focus.folding import ALL, OPENED_AT_MOST, OPENED_AT_ONCE
from whence.queries.focus.keeping import PINNED_ORIGINS, PINNED_SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import DocumentNode, SelectionSetNode, ValueNode

MAX_TOKENS: Final = 10_000
MAX_DEPTH: Final = 20
MAX_ALIASES: Final = 100
MAX_COST: Final = 400_000
MAX_VISITS: Final = 20_000

_WALKS: Final = frozenset({"provenance", "impact"})
_PAGES: Final = {"modelsUsing": 100, "datasetsOf": 100}
_DEFAULT_PAGE: Final = 50
_PAGED: Final = frozenset({"find", "versions", "events", "rejected", "neighbours", "holders", *_PAGES})
_OF_LENGTH_ASKED: Final = frozenset({"nodes", "edges", "depths", "cards", "folds", "withoutMaker"})
_LISTS_ASKED: Final = {"recentRuns": 10, "recentModels": 10, "failedRuns": 10, "modelsUsing": 10}
"""Lists that are no pages, with their usual length."""
_SHORT_LISTS: Final = frozenset(
    {
        *(
            "inputs",
            "outputs",
            "parents",
            "generatedBy",
            "serving",
            "servingNow",
            "modelsToRetrain",
            "copies",
            "candidates",
            "declaredInputs",
            "declaredOutputs",
        ),
        *("types", "fields", "args", "inputFields", "possibleTypes", "interfaces", "enumValues", "directives"),
    }
)
_SHORT: Final = 10
_PATHS: Final = frozenset({"via", "path"})
_ONE_QUESTION_A_NODE: Final = frozenset({"events", "holders"})
"""Below a path, `events` are those of its edges, asked for all at once."""
_ANEW: Final = 2000
_LOOKS: Final = {"focus": 10_000, "map": 100_000, "counts": 1_000, "uncaptured": 5_000}
"""What is short to tell and long to find."""
_PINNED: Final = PINNED_ORIGINS + PINNED_SERVICES
_WHOLE: Final = {"export": 100_000, "unaccounted": 100_000}
"""An export makes all of its files, to tell their digests; `unaccounted` looks at every run and every version of a model."""
_REPLAY: Final = 40_000
"""What is asked as it was known may need a replay of the log."""


class Limits(SchemaExtension):
    """Refuses what is too deep, has too many aliases or costs too much, before it is validated."""

    def on_validate(self) -> Iterator[None]:
        document = self.execution_context.graphql_document
        if document is not None:
            check(document, self.execution_context.variables or {}, self.execution_context.operation_name)
        yield


def check(document: DocumentNode, variables: Mapping[str, Any], operation_name: str | None = None) -> int:
    """The cost of the operation that would run. Raises TooCostly over a limit, BadRequest when it is not clear which one would run."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if operation_name is None and len(operations) > 1:
        raise BadRequest("The document holds several operations.", hint="Name the one to run: operationName.")
    measure = _Measure(fragments, variables)
    for operation in operations:
        if operation_name is None or (operation.name is not None and operation.name.value == operation_name):
            measure.visit(operation.selection_set, times=1, length=_SHORT, depth=1, within=(), parent="")
    return measure.cost


class _Measure:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]) -> None:
        self.cost = 0
        self._aliases = 0
        self._visits = 0
        self._fragments = fragments
        self._variables = variables

    def visit(
        self,
        selections: SelectionSetNode | None,
        *,
        times: int,
        length: int,
        depth: int,
        within: tuple[str, ...],
        parent: str,
    ) -> None:
        """Count a selection that is answered `times` times; lists in it whose length was asked for are `length` long."""
        if selections is None:
            return
        if depth > MAX_DEPTH:
            raise TooCostly(f"The question is nested deeper than {MAX_DEPTH} fields.")
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                self._field(selection, times, length, depth, within, parent)
            elif isinstance(selection, InlineFragmentNode):
                self.visit(
                    selection.selection_set, times=times, length=length, depth=depth, within=within, parent=parent
                )
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in within:
                name = selection.name.value
                fragment = self._fragments.get(name)
                inside = fragment.selection_set if fragment is not None else None
                self.visit(inside, times=times, length=length, depth=depth, within=(*within, name), parent=parent)

    def _field(
        self, field: FieldNode, times: int, length: int, depth: int, within: tuple[str, ...], parent: str
    ) -> None:
        name = field.name.value
        self._visits += 1
        self._aliases += field.alias is not None
        arguments = {argument.name.value: argument.value for argument in field.arguments or ()}
        self.cost += times * self._weight(field, depth, parent) + self._replay(arguments)
        if self._aliases > MAX_ALIASES:
            raise TooCostly(f"The question has more than {MAX_ALIASES} aliases.", hint="Ask several questions.")
        if self.cost > MAX_COST or self._visits > MAX_VISITS:
            raise TooCostly(f"The answer could have more than {MAX_COST:,} fields.")
        if name in _WALKS:
            length = self._max_nodes(arguments.get("walk"))
        elif name == "focus":
            length = self._cards(arguments.get("view"))
        elif name == "uncaptured":
            length = self._number(arguments.get("first"), _SHORT)
        elif name in _LISTS_ASKED and depth > 1:
            times *= self._number(arguments.get("first"), _LISTS_ASKED[name])
        elif name in _PAGED and (depth == 1 or parent not in _PATHS):
            length = self._number(arguments.get("first"), _PAGES.get(name, _DEFAULT_PAGE))
        elif name == "nodes" and "ids" in arguments:
            times *= max(1, self._count(arguments["ids"]))
        elif name in _OF_LENGTH_ASKED or (name == "events" and parent in _PATHS):
            times *= length
        elif name in _SHORT_LISTS:
            times *= _SHORT
        elif name in _PATHS:
            length = _SHORT
            times *= 3 if name == "via" else 1
        self.visit(field.selection_set, times=times, length=length, depth=depth + 1, within=within, parent=name)

    def _weight(self, field: FieldNode, depth: int, parent: str) -> int:
        """What one of this field costs: more, where it is one question to the store for each node."""
        name = field.name.value
        if depth == 1 and name in _WHOLE:
            return _WHOLE[name]
        if name in _LOOKS and field.selection_set is not None:
            return _LOOKS[name]
        if depth == 1 or field.selection_set is None or parent in _PATHS:
            return 1
        with_cursor = name == "neighbours" and any(each.name.value == "after" for each in field.arguments or ())
        return _ANEW if with_cursor or name in _ONE_QUESTION_A_NODE else 1

    def _replay(self, arguments: Mapping[str, ValueNode]) -> int:
        known = self._value(arguments.get("asKnown")) or any(
            self._of_walk(arguments.get(name), "asKnown") for name in ("walk", "view")
        )
        return _REPLAY if known else 0

    def _cards(self, view: ValueNode | None) -> int:
        """How many cards a focus may have: its budget and what is pinned, and what is opened."""
        usual = FocusView()
        given = self._of_walk(view, "open")
        names = given if isinstance(given, list) else []
        opened = sum(OPENED_AT_MOST if str(name).startswith(ALL) else OPENED_AT_ONCE for name in names)
        return 1 + _positive(self._of_walk(view, "budget"), usual.budget) + _PINNED + opened

    def _max_nodes(self, walk: ValueNode | None) -> int:
        return _positive(self._of_walk(walk, "maxNodes"), DEFAULT_MAX_NODES)

    def _of_walk(self, walk: ValueNode | None, name: str) -> Any:
        if isinstance(walk, ObjectValueNode):
            return self._value(next((each.value for each in walk.fields if each.name.value == name), None))
        value = self._value(walk)
        return value.get(name) if isinstance(value, dict) else None

    def _number(self, given: ValueNode | None, default: int) -> int:
        if isinstance(given, IntValueNode):
            return _positive(int(given.value), default)
        return _positive(self._value(given), default)

    def _count(self, given: ValueNode) -> int:
        if isinstance(given, ListValueNode):
            return len(given.values)
        value = self._value(given)
        return len(value) if isinstance(value, list) else 1

    def _value(self, given: ValueNode | None) -> Any:
        if isinstance(given, VariableNode):
            return self._variables.get(given.name.value)
        return None if given is None else value_from_ast_untyped(given, dict(self._variables))


def _positive(value: object, default: int) -> int:
    return max(1, value) if isinstance(value, int) else default
