"""Every link of the pages leads to a file that is there and, after a #, to a place in it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("", "docs", "emitters", "ui")
CODE_BLOCK = re.compile(r"^ *(```+|~~~+).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)? *$", re.MULTILINE)
OWN_ANCHOR = re.compile(r"""<a (?:id|name)=["']([^"']+)["']""")


def pages(root: Path) -> list[Path]:
    return [page for folder in FOLDERS for page in sorted((root / folder).glob("*.md"))]


def links(text: str) -> list[str]:
    """Where the page points to, examples in code apart."""
    return LINK.findall(CODE.sub("", CODE_BLOCK.sub("", text)))


def anchors(text: str) -> set[str]:
    """The places in a page that a link can name: its own <a id>, and its headings as GitHub names them."""
    prose = CODE_BLOCK.sub("", text)
    seen = Counter[str]()
    places = set(OWN_ANCHOR.findall(CODE.sub("", prose)))
    for heading in HEADING.findall(prose):
        name = slug(heading)
        places.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return places


def slug(heading: str) -> str:
    """GitHub's name of a heading: the text without markup, in lower case, without punctuation but - and _, with - for each space."""
    text = re.sub(r"<[^>]+>", "", re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading))
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def fault(page: Path, link: str) -> str | None:
    """What is wrong with a link of the page; nothing for one to another site."""
    if re.match(r"[a-z][a-z+.-]*:", link):
        return None
    path, _, place = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return "no such file"
    if place and (target.suffix != ".md" or place not in anchors(target.read_text("utf-8"))):
        return "no such place"
    return None


def test_every_link_leads_somewhere(root: Path) -> None:
    found = [(page, link) for page in pages(root) for link in links(page.read_text("utf-8"))]
    assert [f"{page.name}: {link}: {wrong}" for page, link in found if (wrong := fault(page, link))] == []
    assert {page.name for page, link in found if "#" in link} >= {"design.md", "naming.md"}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("What it prints", "what-it-prints"),
        ("References: how to ask", "references-how-to-ask"),
        ("`whence serve` — a verb", "whence-serve--a-verb"),
        ("snake_case and C++", "snake_case-and-c"),
        ("See [the design](design.md#x)", "see-the-design"),
        ("Größe", "größe"),
    ],
)
def test_headings_have_the_names_that_github_gives_them(heading: str, name: str) -> None:
    assert slug(heading) == name


PAGE = """# One
<a id="rule-9a"></a>**9a.** text
## Two
## Two
```sh
# no heading
[no link](nowhere.md)
```
[there](#two-1) `[no link](nowhere.md)` [site](https://example.com/#x) [mail](mailto:a@example.com)
"""


def test_a_page_has_its_headings_its_own_anchors_and_no_others() -> None:
    assert anchors(PAGE) == {"one", "rule-9a", "two", "two-1"}
    assert links(PAGE) == ["#two-1", "https://example.com/#x", "mailto:a@example.com"]


@pytest.mark.parametrize(
    ("link", "wrong"),
    [
        ("page.md", None),
        ("page.md#rule-9a", None),
        ("#two", None),
        ("https://example.com/#nowhere", None),
        ("other.md", "no such file"),
        ("other.md#two", "no such file"),
        ("page.md#rule-9b", "no such place"),
        ("#Two", "no such place"),
        ("picture.png#two", "no such place"),
    ],
)
def test_a_link_to_nowhere_is_found(tmp_path: Path, link: str, wrong: str | None) -> None:
    (tmp_path / "page.md").write_text(PAGE, "utf-8")
    (tmp_path / "picture.png").touch()
    assert fault(tmp_path / "page.md", link) == wrong
