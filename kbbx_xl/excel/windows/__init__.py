"""A Windows PC seen from outside Excel (Windows 电脑): its registry, where things lie, installing, removing.

Everything works on a Registry value and on paths, so that it is tested without Windows.  Only the
standard library is used: this runs before anything else is unpacked.
"""
