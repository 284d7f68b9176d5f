"""Emit OpenLineage events from any pipeline step.

>>> from whence_emitters import Input, Output, step
>>> with step("train", inputs=[Input("train.csv", role="TRAIN")], outputs=[Output("risk.joblib", kind="MODEL")]) as s:  # doctest: +SKIP
...     s.params({"alpha": 0.1})
...     s.metric("auc", 0.97)

A job never fails and is never held up because the lineage service is away: events are written to a spool on disk first.
"""

__version__ = "0.1.0"

from whence_emitters.errors import EmitterError, UsageError
from whence_emitters.refs import Input, Output
from whence_emitters.steps import Step, current_step, step

__all__ = ["EmitterError", "Input", "Output", "Step", "UsageError", "__version__", "current_step", "step"]


def load_ipython_extension(shell: object) -> None:
    """`%load_ext whence_emitters`: record this kernel's session as one run (`whence_emitters.live.jupyter`)."""
    from whence_emitters.live.jupyter import load

    load(shell)


def unload_ipython_extension(_shell: object) -> None:
    """`%unload_ext whence_emitters`: end the run."""
    from whence_emitters.live.jupyter import unload

    unload()
