"""Putting results on the disk (写出结果): whole or not at all, one file or several that belong together.

``results`` makes, reads back and publishes; ``room`` is the lock of a folder and the place of what
is not finished; ``journal`` brings a half-finished exchange of files to its end; ``texts`` is what a
cell, a document or a name can hold.
"""
