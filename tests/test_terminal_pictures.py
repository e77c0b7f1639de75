"""tools/terminal.py draws what stands on the terminal, no more and no less."""

from __future__ import annotations

import importlib.util
import io
import shutil
import struct
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
FONTS = ("Noto Sans Mono CJK SC", "DejaVu Sans Mono")


@pytest.fixture(scope="module")
def terminal() -> ModuleType:
    pytest.importorskip("PIL")
    found = importlib.util.spec_from_file_location("terminal", ROOT / "tools" / "terminal.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _missing() -> list[str]:
    if not shutil.which("fc-list"):
        return list(FONTS)
    listed = subprocess.run(["fc-list"], capture_output=True, text=True, check=True).stdout
    return [font for font in FONTS if font not in listed]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("一\r\n二\r\n", ["一", "二"]),
        ("\x1b[?25l\r\x1b[2K读取 1/9\r\x1b[2K读取 2/9", ["读取 2/9"]),
        ("读取 9/9\r\n\x1b[?25h\r\x1b[1A\x1b[2K写好了\r\n", ["写好了"]),
        ("一\r\n二\r\n\x1b[2A\x1b[2K三\r\n\r\n", ["三", "二"]),
        ("\r\n \r\n", []),
    ],
)
def test_the_screen_is_what_is_left_after_erasing(
    terminal: ModuleType, written: str, shown: list[str]
) -> None:
    assert terminal.screen(written) == shown


@pytest.mark.skipif(bool(_missing()), reason="fonts are not installed")
def test_a_picture_is_as_wide_as_the_terminal_and_as_high_as_its_lines(
    terminal: ModuleType, tmp_path: Path
) -> None:
    from PIL import Image

    made = terminal.shot(["conty"], tmp_path, 60)
    width, height = struct.unpack(">II", made[16:24])
    assert width == 60 * terminal.CELL + 2 * terminal.MARGIN
    assert height == 2 * terminal.LINE + 2 * terminal.MARGIN  # the command and one sentence
    assert made == terminal.shot(["conty"], tmp_path, 60)
    colours = {colour for _, colour in Image.open(io.BytesIO(made)).convert("RGB").getcolors(999)}
    assert (165, 0, 0) in colours  # an error is red on white


@pytest.mark.skipif(bool(_missing()), reason="fonts are not installed")
def test_what_never_comes_is_said(terminal: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="12/22"):
        terminal.shot(["--version"], tmp_path, until="12/22")
