"""``python -m kbbx_xl`` is ``kbbx-xl``; an installed folder has no Scripts on the path."""

from kbbx_xl.cli import main

if __name__ == "__main__":
    main()
