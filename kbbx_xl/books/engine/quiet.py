"""The first thing a worker loads (工作机静默): nothing it meets is printed, for it may name a child.

Nor is it ever forked; and its readers do not load the script that began the run, of which they need
nothing.
"""

import gc
import os
import sys

from kbbx_xl.books.guard import IN_CLUSTER
from kbbx_xl.messages.crash import hush

hush()
IN_CLUSTER.set()
gc.set_threshold(200_000, 50, 100)  # a county is millions of values and hardly a cycle
nowhere = os.open(os.devnull, os.O_RDWR)
for stream in (1, 2):
    os.dup2(nowhere, stream)

script = sys.modules["__main__"]
script.__spec__ = None
vars(script).pop("__file__", None)
