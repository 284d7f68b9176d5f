"""The systems around whence, each read by one module here; what an importer is stands in `whence_emitters.importing.contract`."""
