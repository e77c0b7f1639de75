"""pyOpenVBA's in-memory Excel dressed as COM objects, and ``HeadlessExcel``, which hands out books.

    excel = HeadlessExcel()
    book = excel.open(path)  # an xlwings Book on xlwings' own Windows engine
    book.sheets[0]["A1"].value = 1
    excel.save(book, target)

Values cross as pywin32 hands them over: empty is None, numbers are float, dates are datetime in UTC,
errors the int codes of VT_ERROR (#N/A is -2146826246), blocks tuples of tuples.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import xlwings as xw
from pyopenvba.exceptions import PyOpenVBAError, VBARuntimeError
from pyopenvba.interpreter import _values as vba
from pyopenvba.interpreter._objects import VBAObject

from tests.excel import host, kept, winstub
from tests.excel.winstub import CDispatch, ComError, Desk, OleObject

ERROR_BASE = -2146828288  # 0x800A0000: a cell error is this plus Excel's CVErr number
E_EXCEL = -2146827284  # 0x800A03EC, what Excel raises for nearly everything
ADDRESS_LIMIT = 255  # signs of an address that Range() takes
BARE = (vba.EMPTY, vba.MISSING, vba.NULL, vba.NOTHING, None)
# Properties that take arguments and are read without any: pywin32 gives the value, not a method.
PLAIN = frozenset({"value", "value2", "formula", "formula2", "address", "interior", "font", "name"})


class NotModelledError(NotImplementedError):
    """The macro asked for a member neither the model nor this harness has."""


def to_python(value: object, excel: HeadlessExcel) -> object:
    """A VBA value as pywin32 hands it over."""
    if any(value is one for one in BARE):
        return None
    if isinstance(value, VBAObject):
        return Disp(value, excel)
    if isinstance(value, vba.VBAInt):
        return int(value)
    if isinstance(value, Decimal):
        return Decimal(value)
    if isinstance(value, vba.VBADate):
        return value.to_datetime().replace(tzinfo=dt.UTC)
    if isinstance(value, vba.VBAErrorValue):
        return ERROR_BASE + value.number
    if isinstance(value, vba.VBAArray):
        return _array_to_python(value, excel)
    return float(value) if isinstance(value, float) else value


def _array_to_python(array: vba.VBAArray, excel: HeadlessExcel) -> tuple[object, ...]:
    if array.dimensions != 2:
        return tuple(to_python(item, excel) for item in array.elements())
    (top, bottom), (left, right) = array.bounds
    return tuple(
        tuple(to_python(array.get([row, column]), excel) for column in range(left, right + 1))
        for row in range(top, bottom + 1)
    )


def to_vba(value: object) -> object:
    """A Python value as a macro's caller would pass it."""
    if isinstance(value, xw._xlwindows.COMRetryObjectWrapper):
        value = value._inner
    if isinstance(value, Disp):
        return value._object
    if isinstance(value, Property):
        return to_vba(value._read())
    if value is None:
        return vba.EMPTY
    if isinstance(value, dt.datetime):
        return vba.VBADate.from_datetime(value.replace(tzinfo=None))
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return vba.VBAInt(value, "Long") if abs(value) < 2**31 else float(value)
    if isinstance(value, (list, tuple)):
        return _array_to_vba(value)
    return value


def _array_to_vba(rows: list[object] | tuple[object, ...]) -> vba.VBAArray:
    if not rows or not isinstance(rows[0], (list, tuple)):
        return vba.VBAArray([(1, len(rows))], items=[to_vba(item) for item in rows])
    width = len(rows[0])
    array = vba.VBAArray([(1, len(rows)), (1, width)])
    for number, row in enumerate(rows, 1):
        for column, item in enumerate(row, 1):  # type: ignore[arg-type,var-annotated]
            array.set([number, column], to_vba(item))
    return array


class Disp(CDispatch):
    """One object of the model as a COM object; each get, set and call is counted by ``HeadlessExcel``."""

    def __init__(self, thing: VBAObject, excel: HeadlessExcel) -> None:
        iid = winstub.RANGE_IID if thing.vba_type_name == "Range" else None
        vars(self).update(_object=thing, _excel=excel, _oleobj_=OleObject(iid), CLSID=None)

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        thing, excel = self._object, self._excel
        spec = thing.vba_member(name)
        if spec is None and name.startswith("Get"):  # pywin32's GetAddress(...) for Address(...)
            name, spec = name[3:], thing.vba_member(name[3:])
            if spec is not None:
                return Property(thing, name, excel)
        if spec is None:
            raise excel.lack(f"{thing.vba_type_name}.{name}")
        takes_arguments = spec.parameters or spec.varargs
        if spec.kind == "method" or (takes_arguments and name.lower() not in PLAIN):
            return Property(thing, name, excel)
        return excel.reach(self._member(name), lambda: thing.vba_get(name))

    def __setattr__(self, name: str, value: object) -> None:
        member = f"{self._member(name)}="
        self._excel.reach(member, lambda: self._object.vba_set(name, to_vba(value)))

    def __call__(self, *args: object) -> object:
        given = [to_vba(arg) for arg in args]
        default = self._object.vba_default_member()
        name = "Item" if default is None or self._object.vba_type_name == "Range" else default.name
        return self._excel.reach(self._member(name), lambda: self._object.vba_get(name, given))

    def __iter__(self) -> Iterator[object]:
        """pywin32 asks the enumerator for one item a call."""
        for item in self._object.vba_iterate():
            yield self._excel.reach(self._member("Next"), lambda item=item: item)  # type: ignore[misc]

    def _member(self, name: str) -> str:
        return f"{self._object.vba_type_name}.{name}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Disp) and other._object is self._object

    def __hash__(self) -> int:
        return id(self._object)

    def __repr__(self) -> str:
        return f"<COM {self._object.vba_type_name}>"


class Property:
    """A method, or a property that takes arguments: to be called, or read as it stands."""

    def __init__(self, thing: VBAObject, name: str, excel: HeadlessExcel) -> None:
        vars(self).update(_object=thing, _name=name, _excel=excel)

    def __call__(self, *args: object, **named: object) -> object:
        given = [vba.MISSING if arg is None else to_vba(arg) for arg in args]
        if self._name == "Range" and any(
            isinstance(a, str) and len(a) > ADDRESS_LIMIT for a in args
        ):
            raise ComError(excepinfo=(0, "Microsoft Excel", "address too long", None, 0, E_EXCEL))
        by_name = {key: to_vba(value) for key, value in named.items() if value is not None}
        member = f"{self._object.vba_type_name}.{self._name}"
        return self._excel.reach(member, lambda: self._object.vba_get(self._name, given, by_name))

    def _read(self) -> object:
        return self()

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._read(), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._read(), name, value)

    def __iter__(self) -> Iterator[object]:
        return iter(self._read())  # type: ignore[call-overload]

    def __eq__(self, other: object) -> bool:
        return self._read() == (other._read() if isinstance(other, Property) else other)

    def __hash__(self) -> int:
        return hash((id(self._object), self._name))

    def __str__(self) -> str:
        return str(self._read())


class HeadlessExcel:
    """One running Excel without a window: opens books, counts COM calls by member, answers dialogs."""

    def __init__(self, application: host.Host | None = None) -> None:
        self.host = application or host.Host()
        self.by_member: Counter[str] = Counter()
        self.lacking: list[str] = []
        self.com = Disp(self.host.application, self)
        winstub.use(self.desk, self.com)

    @property
    def desk(self) -> Desk:
        """Dialogs, message boxes, status texts and keys of the user."""
        return self.host.desk

    @property
    def calls(self) -> int:
        """COM calls so far."""
        return self.by_member.total()

    @property
    def app(self) -> xw.App:
        return xw.App(impl=xw._xlwindows.App(xl=self.com))

    def open(self, path: str | Path, *, recalculate: bool = False) -> xw.Book:
        """Open a workbook and make it the active one.

        Formulas show the values stored in the file; with ``recalculate`` the model works out all of
        them now, which takes seconds for one of our workbooks, and follows every later change.
        """
        book = self.host.open_workbook(path)
        if recalculate:
            kept.recalculate(book)
        return self.book(book)

    def new(self) -> xw.Book:
        """An empty workbook, now the active one."""
        return self.book(self.host.add_workbook())

    def book(self, model: host.Workbook) -> xw.Book:
        """The model's workbook as xlwings sees it, made active: Book.caller() gives it."""
        self.host.activate_workbook(model)
        com = Disp(model, self)
        xw._xlwindows.BOOK_CALLER = com
        return xw.Book(impl=xw._xlwindows.Book(xl=com))

    def active(self) -> xw.Book | None:
        """The active workbook, None when none is open."""
        model = self.host.application.active_book
        return None if model is None else self.book(model)

    def save(self, book: xw.Book, path: str | Path) -> Path:
        """Write the workbook to ``path``, which becomes its file."""
        return self.host.save(path, workbook=book.impl.xl._object)

    def reach(self, member: str, action: Callable[[], object]) -> object:
        """One call across COM: counted, its errors those of pywin32, its answer as pywin32's.

        ``member`` as ``Range.Value``, with ``=`` behind it when it is set.
        """
        self.by_member[member] += 1
        try:
            return to_python(action(), self)
        except VBARuntimeError as error:
            info = (0, "Microsoft Excel", str(error), None, 0, E_EXCEL)
            raise ComError(excepinfo=info) from error
        except PyOpenVBAError as error:
            raise self.lack(str(error)) from error

    def lack(self, what: str) -> NotModelledError:
        """Keep what is lacking: a macro that catches everything must not hide it from the test."""
        self.lacking.append(what)
        return NotModelledError(what)
