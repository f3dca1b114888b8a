"""The presenter: a walk-through on a stage, in a world of its own, told step by step in one or two windows."""
