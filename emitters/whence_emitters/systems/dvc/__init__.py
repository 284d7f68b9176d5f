"""DVC: the results of stages and the versions of data in every commit, without DVC itself.

`documents` and `pipeline` parse DVC's files, `places` names what they speak of, `stages` makes runs, and `read` goes through a source:
`history`, `artifacts`, `uncommitted`, with what each file names from `results`. `live` runs DVC itself.
"""

from __future__ import annotations

from whence_emitters.importing.contract import Importer, Option
from whence_emitters.systems.dvc.read import identify, read

IMPORTER = Importer(
    system="dvc",
    source="the folder of a DVC project or of its git repository, bare or with a work tree",
    example="whence-emit import dvc .",
    identify=identify,
    read=read,
    options=(
        Option("cache", "a DVC cache that lies elsewhere than in .dvc/cache: for metrics, directories and the run cache; may be given often", "DIR", many=True),
    ),
)  # fmt: skip
