"""`python -m whence_emitters` is `whence-emit`."""

from __future__ import annotations

import sys

from whence_emitters.cli import main

sys.exit(main())
