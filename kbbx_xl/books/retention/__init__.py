"""Files whose time is over (保存期限): found, destroyed, and certified (销毁证明)."""

from kbbx_xl.books.retention.certificate import write_certificate
from kbbx_xl.books.retention.destroy import destroy
from kbbx_xl.books.retention.find import Found, Kept, Listing, find_files

__all__ = ["Found", "Kept", "Listing", "destroy", "find_files", "write_certificate"]
