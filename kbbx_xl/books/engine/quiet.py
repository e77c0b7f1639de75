"""The first thing a worker loads (工作机静默): nothing it meets is printed, for it may name a child.

Its readers do not load the script that once began the run either; they need nothing of it.
"""

import os
import sys

from kbbx_xl.messages.crash import hush

hush()
nowhere = os.open(os.devnull, os.O_RDWR)
for stream in (1, 2):
    os.dup2(nowhere, stream)

script = sys.modules["__main__"]
script.__spec__ = None
vars(script).pop("__file__", None)
