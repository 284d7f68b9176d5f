"""The demo: a small pipeline on real data, run twice. `python -m whence_emitters.demo --dir DIR`."""
