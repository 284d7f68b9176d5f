"""git-lfs: the files that pointers stand for, at every commit that brought one, without the files themselves."""

from __future__ import annotations

from whence_emitters.importing.contract import Importer
from whence_emitters.systems.commits import identify_repository
from whence_emitters.systems.git_lfs.reading import read_pointers

IMPORTER = Importer(
    system="git-lfs",
    source="the folder of a git repository that uses git-lfs; the large files need not be there",
    example="whence-emit import git-lfs .",
    identify=identify_repository,
    read=read_pointers,
)
