"""Started with the folder's own Python: ``setup.py install [--com]`` or ``setup.py uninstall``."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = map(str, FOLDER.glob("wheels/kbbx_xl-*.whl"))  # an installation finds its own

from kbbx_xl.excel.windows.setup import main  # noqa: E402

sys.exit(main(sys.argv[1:], folder=FOLDER, say=print))
