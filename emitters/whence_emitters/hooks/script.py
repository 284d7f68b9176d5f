"""The text of a hook: first the hook that was there before, then an import for each system, in the background.

What was there before keeps its arguments, its input and its exit code. A shell script is given its old name too, as some (husky's) look at it.
An import never delays or fails the command: it is started and left alone, tries again while the service is away, and writes one log.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MARK = "# Written by `whence-emit hook install`; `whence-emit hook remove` puts back what was here before."
SUFFIX = ".before-whence"
_CALL = "whence_import "
_TEXT = r"""#!/bin/sh
{mark}
hook="$(dirname "$0")/{name}"
before="$hook{suffix}"
code=0
if [ -x "$before" ]; then
  IFS= read -r first <"$before" || :
  case "$first" in
    '#!/bin/sh' | '#!/usr/bin/sh' | '#!/usr/bin/env sh') sh -c '. "$0{suffix}"' "$hook" "$@" || code=$? ;;
    '#!/bin/bash' | '#!/usr/bin/bash' | '#!/usr/bin/env bash') bash -c '. "$0{suffix}"' "$hook" "$@" || code=$? ;;
    *) "$before" "$@" || code=$? ;;
  esac{otherwise}
fi

whence_import() (
  log="$(git rev-parse --absolute-git-dir)/whence-$1.log"
  python={python}
  if [ -x "$python" ]; then
    set -- "$python" -P -m whence_emitters import "$@"
  elif command -v whence-emit >/dev/null 2>&1; then
    set -- whence-emit import "$@"
  else
    exit 0
  fi
  (
    trap '' HUP INT
    for seconds in 0 5 30 120; do
      sleep "$seconds"
      "$@" && exit 0
      [ "$?" -eq 3 ] || exit 0 # 3: the service is away, or another import goes on
    done
  ) </dev/null >"$log" 2>&1 &
)
{calls}
exit "$code"
"""


def hook_text(name: str, imports: Mapping[str, Sequence[str]], python: str, runner: str = "") -> str:
    """The hook `name` that imports each system, with the options given; `runner` is for a hook before it that is no program."""
    otherwise = f'\nelif [ -f "$before" ]; then\n  {runner} "$before" "$@" || code=$?' if runner else ""
    calls = "\n".join(_CALL + shlex.join([system, ".", *options]) for system, options in sorted(imports.items()))
    return _TEXT.format(
        mark=MARK, name=name, suffix=SUFFIX, otherwise=otherwise, python=shlex.quote(python), calls=calls
    )


def imports_of(text: str) -> dict[str, list[str]] | None:
    """System -> options of a hook that `hook_text` made; None for any other."""
    lines = text.splitlines()
    if MARK not in lines:
        return None
    calls = [shlex.split(line.removeprefix(_CALL)) for line in lines if line.startswith(_CALL)]
    return {system: options for system, _source, *options in calls}
