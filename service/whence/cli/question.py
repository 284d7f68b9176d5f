"""What every verb that asks has in common: where to ask, how to print, and what a REF that is a path comes to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from whence.cli import documents
from whence.cli.ask import asker
from whence.cli.asker import Asker, Data
from whence.cli.names import asset_id
from whence.cli.options import output_options, where_options
from whence.cli.output import Output, print_ids, print_json
from whence.cli.refs import FileRef, asset_of, file_ref, is_path
from whence.cli.where import Where, choose
from whence.errors import Ambiguous, NotFound
from whence.settings import Settings, from_environment

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Question:
    """One call of a verb: whom to ask and how to print."""

    settings: Settings
    where: Where
    output: Output

    @contextmanager
    def open(self, as_known: str | None = None) -> Iterator[Session]:
        """Somebody to ask, let go at the end; REFs mean what they meant to the log `as_known`."""
        with asker(self.where, self.settings) as somebody:
            yield Session(somebody, as_known)

    def tell(
        self, value: Any, *, ids: Callable[[Any], Any], text: Callable[[Any], None], session: Session | None = None
    ) -> None:
        """Print a field's value in the way that was asked for. In text, a path that `session` sent as a digest is called by its name again."""
        if self.output.json:
            print_json(value)
        elif self.output.quiet:
            print_ids(ids(value))
        else:
            text(session.in_their_words(value) if session else value)


@dataclass(frozen=True, slots=True)
class Session:
    """An open line: asks documents, and turns what a person wrote into what the service understands."""

    asker: Asker
    as_known: str | None = None
    sent: dict[str, str] = field(default_factory=dict)
    """{digest that was sent: path that was given}"""

    def ask(self, document: str, variables: Data, *, ref: str | None = None) -> Any:
        """The value of the document's one field. An unknown or ambiguous REF is raised with what it could have meant."""
        try:
            return next(iter(self.asker.ask(document, variables).values()))
        except NotFound as error:
            raise error if error.suggestions or ref is None else self._with_suggestions(error, ref) from error
        except Ambiguous as error:
            raise error if error.candidates or ref is None else self._with_candidates(error, ref) from error

    def ask_about(self, refs: tuple[str, ...], document: str, variables: Data) -> Any:
        """As `ask`, for a document about several REFs: an error is explained for the first of them that is not one thing."""
        try:
            return self.ask(document, variables)
        except (NotFound, Ambiguous) as error:
            for ref in refs:
                found = None if is_path(ref) else self.resolve(ref)
                if found and found["candidates"]:
                    raise Ambiguous(
                        error.message, hint=error.hint, candidates=[node["id"] for node in found["candidates"]]
                    ) from error
                if found and not found["node"]:
                    raise NotFound(error.message, hint=error.hint, suggestions=found["suggestions"]) from error
            raise

    def resolve(self, ref: str) -> Data:
        """The service's Resolution of a REF that is no path."""
        found: Data = self.ask(documents.RESOLVE, {"ref": ref, "asKnown": self.as_known})
        return found

    def ref(self, given: str) -> str:
        """The REF to send: a path becomes those digests of what is there that are known, anything else stays. One system may know the bytes by one digest and
        another by the other, and only who has the file knows that they are the same.

        Raises NotFound, saying whether at least the path is known, when nothing recorded holds these bytes.
        """
        if not is_path(given):
            return given
        file = file_ref(given)
        known = [digest for digest in file.digests if self._knows(digest)]
        if not known:
            raise self._unknown_bytes(file)
        sent = ",".join(known)
        self.sent.update(dict.fromkeys((sent, *known), given))  # the whole before its parts
        return sent

    def _knows(self, digest: str) -> bool:
        found = self.resolve(digest)
        return bool(found["node"] or found["candidates"])

    def in_their_words(self, value: Any) -> Any:
        """The answer, its sentence speaking of the paths that were given and not of the digests that were sent, and of the position of the log
        where one was asked for.
        """
        holders = (value, value.get("subgraph") or {}) if isinstance(value, dict) else ()
        for holder in (each for each in holders if "completeness" in each):
            whole = holder["completeness"]
            for digest, path in self.sent.items():
                whole["sentence"] = whole["sentence"].replace(digest, path)
            if self.as_known is not None:
                whole["sentence"] += f" As known at position {holder['seq']:,} of the log."
        return value

    def thing(self, given: str) -> str:
        """As `ref`, but for a path the version that holds its bytes: the one recorded under this path, or the only one. Else the bytes."""
        ref = self.ref(given)
        if ref == given:
            return ref
        found = [self.resolve(digest)["node"] for digest in ref.split(",")]
        contents = [node["id"] for node in found if node and node["kind"] == "CONTENT"]
        if not contents:
            return ref
        holders = list(dict.fromkeys(holder for content in contents for holder in self._holders(content)))
        here = [each for each in holders if asset_id(each) == asset_of(given)]
        best = here or holders
        return best[0] if len(best) == 1 else str(contents[0])

    def _holders(self, content: str) -> list[str]:
        page = self.ask(documents.HOLDERS, {"id": content, "asKnown": self.as_known})["holders"]
        return [edge["node"]["id"] for edge in page["edges"]]

    def _unknown_bytes(self, file: FileRef) -> NotFound:
        if self.resolve(file.asset)["node"]:
            return NotFound(
                f"Nothing recorded holds the bytes of {file.given} ({file.digests[0]}), but its path is recorded with other bytes.",
                hint=f"It was changed by something that sent no event. For what was recorded, ask: whence versions {file.asset}",
                suggestions=(file.asset,),
            )
        return NotFound(
            f"Nothing recorded holds the bytes of {file.given} ({file.digests[0]}).",
            hint="Was the step that made it run with an emitter? To ask by name, leave out the ./: whence find NAME",
        )

    def _with_suggestions(self, error: NotFound, ref: str) -> NotFound:
        return NotFound(error.message, hint=error.hint, suggestions=self.resolve(ref)["suggestions"])

    def _with_candidates(self, error: Ambiguous, ref: str) -> Ambiguous:
        return Ambiguous(
            error.message, hint=error.hint, candidates=[node["id"] for node in self.resolve(ref)["candidates"]]
        )


def asks(function: F) -> F:
    """Give a verb --store, --url, --json and --quiet, as `question: Question`."""
    return asking()(function)


def asking(**quiet: str) -> Callable[[F], F]:
    """As `asks`; `quiet` says what --quiet leaves."""

    def add(function: F) -> F:
        @functools.wraps(function)
        def asked(*args: Any, store: str | None, url: str | None, output: Output, **rest: Any) -> Any:
            settings = from_environment()
            return function(*args, question=Question(settings, choose(settings, store, url), output), **rest)

        return where_options(output_options(**quiet)(asked))  # type: ignore[return-value]

    return add
