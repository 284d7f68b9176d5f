"""The focused picture as text: two trees from the thing in the middle, with what is folded away where it lies."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from whence.cli.closing import close_answer, counted
from whence.cli.labels import label
from whence.cli.names import Names
from whence.cli.output import console, visible
from whence.cli.text_walks import kinds_told

_INDENT: Final = "   "


def print_focus(answer: dict[str, Any]) -> None:
    """The thing, what it came from, what came of it, then counts and completeness."""
    out = console()
    if answer["cards"]:
        picture = _Picture(out, answer)
        picture.item(answer["focus"], 0, "")
        picture.side("Where it came from", "target", answer["upTotal"], upstream=True)
        picture.side("What came of it", "source", answer["downTotal"], upstream=False)
        picture.rest()
        out.print()
        out.print(Text(_counts(answer)))
    close_answer(out, answer["completeness"])


class _Picture:
    """Prints each card and fold once, below the nearest thing that it is linked with."""

    def __init__(self, out: Console, answer: dict[str, Any]) -> None:
        self._out = out
        self._focus = answer["focus"]
        self._cards = {card["id"]: card for card in answer["cards"]}
        self._folds = {fold["id"]: fold for fold in answer["folds"]}
        self._known_as = Names(card["id"] for card in answer["cards"])
        self._printed: set[str] = set()
        self._edges = answer["edges"]

    def side(self, title: str, far: str, total: int, *, upstream: bool) -> None:
        """A tree along the edges: `far` is the end that lies away from the focus."""
        near = "source" if far == "target" else "target"
        beyond: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for edge in self._edges:
            if self._is_on_side(edge[far], upstream=upstream):
                beyond[edge[near]].append(edge)
        self._out.print()
        self._out.print(Text(f"{title} ({total:,})", "bold"))
        stack = [(edge, 1) for edge in reversed(beyond[self._focus])]
        while stack:
            edge, depth = stack.pop()
            if edge[far] in self._printed:
                continue
            self.item(edge[far], depth, _words(edge))
            stack += [(each, depth + 1) for each in reversed(beyond[edge[far]])]

    def rest(self) -> None:
        """What is linked only with something on the other side."""
        for item in (*self._cards, *self._folds):
            if item not in self._printed:
                self.item(item, 1, "")

    def item(self, item: str, depth: int, words: str) -> None:
        """One line for a card or a fold."""
        self._printed.add(item)
        text = Text(_INDENT * depth)
        text.append(f"{words} " if words else "", "italic")
        if item in self._folds:
            fold = self._folds[item]
            text.append(f"… {fold['title']}", "yellow").append(f"  {kinds_told(fold['byKind'])}  ", "dim").append(item)
        else:
            card = self._cards[item]
            text.append_text(label(card["node"], self._known_as))
            if card["more"]:
                text.append(f"  +{card['more']}", "yellow")
        self._out.print(text, soft_wrap=True)

    def _is_on_side(self, item: str, *, upstream: bool) -> bool:
        if item in self._folds:
            return bool(self._folds[item]["upstream"]) is upstream
        depth: int = self._cards[item]["depth"]
        return depth < 0 if upstream else depth > 0


def _words(edge: dict[str, Any]) -> str:
    told = [visible(each) for each in edge["roles"]]
    if edge["sameBytes"]:
        told.append("same bytes:")
    if edge["evidence"] != "RECORDED":
        told.append(f"({edge['evidence'].lower()})")
    return " ".join(told)


def _counts(answer: dict[str, Any]) -> str:
    parts = [f"{answer['shown']:,} of {counted(answer['total'], 'thing')} shown"]
    if answer["folded"]:
        parts.append(f"{answer['folded']:,} folded away")
    if answer["filtered"]:
        parts.append(f"{answer['filtered']:,} of other kinds")
    return ", ".join(parts) + "."
