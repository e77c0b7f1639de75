"""Reading (读取): files as schools really have them become tables (model.Table)."""

from kbbx_xl.books.read.files import (
    read_content,
    read_file,
    read_folder,
    read_grids,
    refused,
)
from kbbx_xl.books.read.listing import (
    read_calendar,
    read_directory,
    read_directory_and_calendar,
)

__all__ = [
    "read_calendar",
    "read_content",
    "read_directory",
    "read_directory_and_calendar",
    "read_file",
    "read_folder",
    "read_grids",
    "refused",
]
