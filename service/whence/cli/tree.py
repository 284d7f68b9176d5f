"""Draw a subgraph as a tree: each node once, at its shortest distance; where it is met again, a pointer says where it stands."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.text import Text

from whence.cli.graph_view import GraphView, Link
from whence.cli.labels import label
from whence.cli.names import Names

_NARROWEST: Final = 40
"""Columns that a label must have; a branch that leaves fewer goes on in a tree of its own."""


@dataclass(slots=True)
class Branch:
    """A place in the tree. `second` is a node that shares the place: the run that made a version, or the one version that a run made."""

    node: str
    link: Link | None = None
    second: Branch | None = None
    pointer: bool = False
    under: list[Branch] = field(default_factory=list)

    def children(self) -> list[Branch]:
        return self.second.under + self.under if self.second else self.under


def grow(view: GraphView) -> list[Branch]:
    """The trees of a subgraph, one a root: breadth first, so that each node stands at its shortest distance."""
    placed: dict[str, Branch] = {}
    trees = []
    for root in view.roots:
        if root not in placed:
            placed[root] = Branch(root)
            trees.append(placed[root])
    waiting = deque(trees)
    while waiting:
        branch = waiting.popleft()
        for link in view.under(branch.node):
            new = link.child not in placed
            child = Branch(link.child, link, pointer=not new)
            branch.under.append(child)
            if new:
                placed[link.child] = child
                waiting.append(child)
    for branch in placed.values():
        _share_place(branch, upstream=view.upstream)
    return trees


def _share_place(branch: Branch, *, upstream: bool) -> None:
    """Let a version and its one maker (upstream), or a run and the one version it made (downstream), stand together."""
    made = [child for child in branch.under if child.link and child.link.type == "GENERATED_BY"]
    if len(made) == 1 and (upstream or len(branch.under) == 1):
        branch.second = made[0]
        branch.under.remove(made[0])


@dataclass(slots=True)
class Painter:
    """Prints trees on a console; `standing` are the nodes printed so far."""

    console: Console
    view: GraphView
    known_as: Names
    standing: set[str] = field(default_factory=set)

    def paint(self, trees: list[Branch]) -> None:
        """Print the trees, and below them the branches that were too deep for the width."""
        waiting = deque(trees)
        first = True
        while waiting:
            if not first:
                self.console.print()
            first = False
            waiting.extend(self._paint_one(waiting.popleft()))

    def _paint_one(self, tree: Branch) -> list[Branch]:
        too_deep: list[Branch] = []
        stack: list[tuple[Branch, str, str]] = [(tree, "", "")]
        while stack:
            branch, head, rest = stack.pop()
            children = branch.children()
            if len(rest) + _NARROWEST > self.console.width and children:
                too_deep.append(_cut(branch))
                self._row(head, rest, self._label(branch).append("  (continued below)", "dim"))
                continue
            self._rows(branch, head, rest, more=bool(children))
            for number, child in reversed(list(enumerate(children))):
                last = number == len(children) - 1
                stack.append((child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  ")))
        return too_deep

    def _rows(self, branch: Branch, head: str, rest: str, *, more: bool) -> None:
        self._row(head, rest, self._label(branch))
        self._note(branch)
        if branch.second:
            beside = rest + ("│  " if more else "   ")
            self._row(beside, beside, self._label(branch.second))
            self._note(branch.second)

    def _note(self, branch: Branch) -> None:
        if not branch.pointer:
            self.standing.add(branch.node)

    def _row(self, head: str, rest: str, text: Text) -> None:
        width = max(self.console.width - len(head), _NARROWEST)
        for number, line in enumerate(text.wrap(self.console, width)):
            line.rstrip()
            guide = (head if number == 0 else f"{rest}   ", "dim")
            self.console.print(Text.assemble(guide, line), soft_wrap=True)

    def _label(self, branch: Branch) -> Text:
        text = Text()
        if branch.link:
            words = branch.link.words(upstream=self.view.upstream)
            text.append(f"{words} " if words else "", "italic")
        text.append_text(label(self.view.nodes[branch.node], self.known_as))
        if branch.link and branch.link.evidence != "RECORDED":
            text.append(f"  ({branch.link.evidence.lower()})", "yellow")
        if branch.pointer:
            text.append("  (above)" if branch.node in self.standing else "  (below)", "dim")
        elif branch.node in self.view.frontier:
            text.append("  … more", "yellow")
        return text


def _cut(branch: Branch) -> Branch:
    """The branch as the root of a tree of its own."""
    return Branch(branch.node, None, branch.second, pointer=False, under=branch.under)
