"""Spoilt packages do not stop a county; each is in one sheet with cause and remedy."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.county import run


def test_a_county_of_which_a_part_is_damaged_encrypted_or_hostile(tmp_path: Path) -> None:
    told = run(tmp_path, schools=14, damaged=4, encrypted=1, hostile=2)
    assert told.exit_code == 0
    assert told.agree, "the sound schools are counted as if the others were not there"
    assert set(told.listed) == set(told.spoilt)
    assert len(told.spoilt) == 7
    for how, code in (("encrypted", "F02"), ("hostile", "F36"), ("damaged", "F36")):
        codes = {
            told.listed[file][0] for file, spoil in told.spoilt.items() if spoil.startswith(how)
        }
        assert codes == {code}, how
    assert all(cause and remedy for _, cause, remedy in told.listed.values())
