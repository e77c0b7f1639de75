"""The first thing a worker loads (工作机静默): nothing it meets is printed, for it may name a child."""

import os

from kbbx_xl.messages.crash import hush

hush()
nowhere = os.open(os.devnull, os.O_RDWR)
for stream in (1, 2):
    os.dup2(nowhere, stream)
