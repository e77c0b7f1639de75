"""``letters`` from the terminal, on files a school made itself."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from kbbx_xl.books.seal import seal
from kbbx_xl.cli.casework import HELP
from kbbx_xl.settings.letters import letter_forms
from tests.books.sheets import save
from tests.cli.running import run
from tests.excel.office import NAMES, write_office
from tests.ids import ONE

LEDGER: list[list[object]] = [
    ["柳河镇中心小学疑似辍学学生台账"],
    ["填报单位：柳河镇中心小学"],
    ["姓名", "身份证号", "年级", "班级", "监护人", "辍学时间", "连续旷课天数", "状态"],
    ["甲一", ONE, "四年级", "1班", "甲父", "2026-10-08", 6, "疑似辍学"],
]


def test_letters_are_written_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger, out = save(tmp_path / "台账.xlsx", LEDGER), tmp_path / "文书"
    words = ("letters", "劝返复学通知书", ledger, "-o", out, "--day", "2026-10-20")
    assert run(monkeypatch, *words) == 0
    said = capsys.readouterr().out
    assert "劝返复学通知书_柳河镇中心小学_2026-001_" in said
    assert "甲一" not in said
    assert run(monkeypatch, *words) == 0
    assert "1 份当天已经出过" in capsys.readouterr().out
    assert len(list(out.glob("*.docx"))) == 1


def test_a_wrong_kind_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger = save(tmp_path / "台账.xlsx", LEDGER)
    assert run(monkeypatch, "letters", "劝学通知书", ledger, "-o", tmp_path) == 2
    assert "是不是“劝返复学通知书”" in capsys.readouterr().err


def test_files_that_cannot_be_read_are_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger = save(tmp_path / "台账.xlsx", LEDGER)
    sealed = seal(ledger, tmp_path / "密.xlsx", "ShiQiao-2026").path
    assert run(monkeypatch, "letters", "persuade", sealed, "-o", tmp_path / "文书") == 2
    told = capsys.readouterr()
    assert "没有要出的文书" not in told.out
    assert "文件有打开密码，程序读不了" in told.err
    assert "kbbx-xl open" in told.err
    assert run(monkeypatch, "letters", "persuade", sealed, ledger, "-o", tmp_path / "文书") == 1
    assert "密.xlsx" in capsys.readouterr().out


def test_a_refused_case_is_said_with_its_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    back = ["乙二", "", "四年级", "1班", "乙父", "2026-10-08", 6, "疑似辍学", "2026-10-14"]
    head = [*LEDGER[2], "销号日期"]
    ledger = save(tmp_path / "台账.xlsx", [*LEDGER[:2], head, LEDGER[3], back])
    words = ("letters", "visit", ledger, "-o", tmp_path / "文书", "--day", "2026-10-20")
    assert run(monkeypatch, *words) == 1  # something asked for was not issued
    said = capsys.readouterr().out
    assert "第5行：状态是“疑似辍学”，已填销号日期" in said
    assert "乙二" not in said
    assert "落款日期没有印" in said
    assert run(monkeypatch, *words, "--until", "2026-10-17") == 2
    assert "早于" in capsys.readouterr().err


def test_a_case_is_chosen_by_its_mark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = ["乙二", "", "四年级", "1班", "乙父", "2026-10-09", 6, "疑似辍学"]
    ledger = save(tmp_path / "台账.xlsx", [*LEDGER, other])
    words = ("letters", "defer", ledger, "-o", tmp_path / "文书", "--day", "2026-10-20")
    assert run(monkeypatch, *words) == 2
    assert "请用 --mark 指定案件号" in capsys.readouterr().err
    all_of = ("letters", "visit", *words[2:])
    assert run(monkeypatch, *all_of) == 0
    mark = re.findall(r"_([0-9a-f]{5})\.docx", capsys.readouterr().out)[1]
    assert run(monkeypatch, *words, "--mark", mark) == 0
    assert len(list((tmp_path / "文书").glob(f"*申请书*_{mark}.docx"))) == 1
    assert run(monkeypatch, *words, "--mark", "00000") == 2
    assert "没有案件号“00000”" in capsys.readouterr().err


def test_the_notice_is_called_as_the_policy_calls_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ledger = save(tmp_path / "台账.xlsx", LEDGER)
    words = ("letters", "persuade", ledger, "-o", tmp_path / "文书", "--day", "2026-10-20")
    assert run(monkeypatch, *words, "--policy", "yanling") == 0
    assert "劝学书_柳河镇中心小学_2026-001_" in capsys.readouterr().out


def test_without_libreoffice_pdf_is_refused_and_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("kbbx_xl.books.pdf.find_office", lambda: "")
    ledger = save(tmp_path / "台账.xlsx", LEDGER)
    words = ("letters", "visit", ledger, "-o", tmp_path / "文书", "--day", "2026-10-20", "--pdf")
    assert run(monkeypatch, *words) == 1
    told = capsys.readouterr()
    assert "已出 1 份" in told.out
    assert "没有 LibreOffice" in told.err


def test_a_county_letter_comes_from_the_folder_of_the_county(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    office, out = write_office(tmp_path / "县"), tmp_path / "文书"
    words = ("letters", "bulletin", office, "-o", out, "--day", "2026-11-02")
    assert run(monkeypatch, *words) == 0
    assert "控辍保学工作情况通报_" in capsys.readouterr().out
    (letter,) = out.glob("*.docx")
    text = "".join(p.text for p in docx.Document(str(letter)).paragraphs)
    assert "关于2026年10月控辍保学工作情况的通报" in text
    assert not [name for name in NAMES if name in text]
    assert run(monkeypatch, "letters", "bulletin", letter, "-o", out) == 2
    assert "请写报送材料所在的一个文件夹" in capsys.readouterr().err


def test_the_help_lists_every_kind() -> None:
    kinds, _, _ = HELP.partition("写出：")
    assert sorted(re.findall(r"(?<![A-Za-z])[a-z_]{3,}", kinds)) == sorted(letter_forms())
