"""Files against their record: what was recorded of them (`dvc.lock`, `.dvc` files, git-lfs pointers, a version that the service knows)
and whether their bytes are still those. Nothing here trusts a time of change: what is called ok was read from its first byte to its last.
"""

from whence_emitters.checking.checked import Checked, check
from whence_emitters.checking.entry import Entry, Finding, Verdict

__all__ = ["Checked", "Entry", "Finding", "Verdict", "check"]
