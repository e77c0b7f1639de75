"""The parts of a workbook as XlsxWriter makes them, packed at once (打包).

XlsxWriter keeps every part as text, in memory or in a file beside the workbook, and packs all of
them at the end by zlib.  Here a part goes into the package while it is written, packed by ISA-L's
igzip, ten times as fast and a quarter larger; a sheet of any length takes no memory and no file.
"""

from __future__ import annotations

from io import StringIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from isal import isal_zlib
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings

from kbbx_xl.books.writing.cells import text_element

EXCEL_TIME = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # what Excel says of every part: the same content, the same bytes
PIECE = 1 << 18  # characters packed at a time
LEVEL = 2  # of igzip's 0 to 3: as fast as 1 and a little smaller; 3 takes three times as long


class Part(StringIO):
    """One part while it is written; XlsxWriter takes a StringIO for a part in memory."""

    def __init__(self, packed: IO[bytes]) -> None:
        super().__init__()
        self._packed = packed
        self._held: list[str] = []
        self._size = 0

    def write(self, text: str) -> int:
        self._held.append(text)
        self._size += len(text)
        if self._size > PIECE:
            self._pack()
        return len(text)

    def finish(self) -> None:
        """Pack what is left; the part is complete."""
        try:
            self._pack()
        finally:
            self._packed.close()
            self.close()

    def _pack(self) -> None:
        self._packed.write("".join(self._held).encode())
        self._held.clear()
        self._size = 0


class PartsPacker(Packager):  # type: ignore[misc]
    """XlsxWriter's packager, whose parts go straight into ``package``, in its order."""

    def __init__(self, package: ZipFile) -> None:
        super().__init__()
        self._package = package
        self._part: Part | None = None

    def _set_in_memory(self, in_memory: bool) -> None:  # noqa: ARG002 (no part is kept in a file)
        super()._set_in_memory(True)

    def _filename(self, xml_filename: str) -> Part:
        self.finish()
        self._part = Part(self._begin(xml_filename))
        return self._part

    def _create_package(self) -> list[object]:
        """Nothing is left for XlsxWriter to pack."""
        pictures = super()._create_package()
        self.finish()
        for data, name, _ in pictures:
            with self._begin(name) as packed:
                packed.write(data.getvalue())
        return []

    def _write_shared_strings_file(self) -> None:
        table = self.workbook.str_table
        if table.count:
            strings = Strings()
            strings.string_table = table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()

    def finish(self) -> None:
        """End the part that is being written; the package could not be closed before, even in vain."""
        part, self._part = self._part, None
        if part is not None:
            part.finish()

    def _begin(self, name: str) -> IO[bytes]:
        about = ZipInfo(name, EXCEL_TIME)
        about.compress_type = ZIP_DEFLATED
        packed = self._package.open(about, "w")
        # zipfile asks nobody which deflate to use; without this line it is zlib's, slower and as good
        packed._compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)  # type: ignore[attr-defined]
        return packed


class Strings(SharedStrings):  # type: ignore[misc]
    """XlsxWriter's table of shared texts; none of ours has runs of formats, whatever it looks like."""

    def _write_sst_strings(self) -> None:
        for text in self.string_table.string_array:
            self.fh.write(f"<si>{text_element(text)}</si>")
