"""A template, ours or a county's own .docx: which placeholders it uses, and filling it in."""

from __future__ import annotations

import difflib
import functools
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from kbbx_xl.books.docx_page import pin, verify_document
from kbbx_xl.books.writing.texts import plain
from kbbx_xl.messages import InputError, OutputError
from kbbx_xl.settings.letters import About, LetterForm, letter_fields
from kbbx_xl.settings.strict import config_path

Facts = Mapping[str, object]
MEANT = {
    About.CASE: "个案文书",
    About.CHANGE: "转学文书",
    About.LEAVE: "假条",
    About.GRID: "责任书",
    About.COUNTY: "全县的通报和报告",
}
LEFT_OVER = re.compile(rb"\{\{|\{%|%\}|\}\}")
_NAME = re.compile(r"'([^']+)'[^']*$")


def template_path(form: LetterForm, templates: Path | None = None, name: str = "") -> Path:
    """The county's own template where its folder has one of that ``name`` or title, else ours."""
    if templates is not None:
        if not templates.is_dir():
            raise InputError(f"找不到模板文件夹：{templates}")
        for file in (f"{name}.docx", form.file):
            if (templates / file).is_file():
                return templates / file
    return config_path("letters", form.file)


def used_names(path: Path, about: About) -> frozenset[str]:
    """Placeholders of a template; InputError for one that letters ``about`` that do not have."""
    try:
        template = DocxTemplate(str(path))
        used: set[str] = template.get_undeclared_template_variables(jinja_env=_jinja())
    except (ValueError, KeyError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise InputError(f"模板“{path.name}”打不开，不是 .docx 文件") from error
    except TemplateError as error:
        raise InputError(f"模板“{path.name}”里的占位词写得不对：{error.message}") from error
    known = letter_fields().names(about)
    for name in sorted(used.difference(known)):
        wrong = f"模板“{path.name}”里的占位词 {{{{ {name} }}}} "
        others = [MEANT[one] for one in About if name in letter_fields().names(one)]
        if others:
            raise InputError(f"{wrong}是{'、'.join(others)}用的，不能用在{MEANT[about]}里")
        raise InputError(f"{wrong}不存在{_near(name, known)}")
    return frozenset(used)


def fill(path: Path, facts: Facts, target: Path) -> None:
    """Write the letter; the same template and facts give the same bytes."""
    template = DocxTemplate(str(path))
    try:
        template.render(_plain(facts), jinja_env=_jinja())
    except UndefinedError as error:
        found = _NAME.search(error.message or "")
        name = found[1] if found else ""
        items = [f.name for one in letter_fields().lists for f in one.fields]
        raise InputError(
            f"模板“{path.name}”里的占位词“{name}”不存在{_near(name, items)}"
        ) from error
    except TemplateError as error:
        raise InputError(f"模板“{path.name}”里的占位词写得不对：{error.message}") from error
    template.save(str(target))
    pin(target)


def verify_letter(path: Path) -> None:
    """Read a letter back: it opens, and no placeholder is left; OutputError."""
    verify_document(path)
    with zipfile.ZipFile(path) as parts:
        if any(LEFT_OVER.search(parts.read(n)) for n in parts.namelist() if n.endswith(".xml")):
            raise OutputError("写出的文书里还有没填的占位词，没有采用")


@functools.cache
def _jinja() -> SandboxedEnvironment:
    """A county's template may come by mail: it can show values and do nothing else."""
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _near(name: str, known: tuple[str, ...] | list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"，是不是“{near[0]}”？" if near else f"。可用的有：{'、'.join(known)}"


def _plain(value: object) -> object:
    """Facts as text that a document can hold."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value
