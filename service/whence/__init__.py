"""Where did this dataset, model or artifact come from, and what came from it?"""

__version__ = "0.1.0"
