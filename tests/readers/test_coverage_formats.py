"""Cobertura, JaCoCo, LCOV and coverage.py: shares by counts, and the lower where they disagree."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from fractions import Fraction

import pytest

from codexreport.errors import SourceError
from codexreport.quality.coverage import Share
from codexreport.readers.notation.document import Document
from codexreport.readers.registry import reader

AT = datetime(2026, 10, 5, 8, 30, tzinfo=timezone.utc)


def read(format_, text):
    body = text if isinstance(text, str) else json.dumps(text)
    return reader(format_).parse(Document("coverage", body.encode()))


def share(covered, total):
    return Share(covered=covered, total=total)


def cobertura(lines, attributes=""):
    owner = f'<class name="A" filename="a.py"><lines>{lines}</lines></class>'
    package = f"<package><classes>{owner}</classes></package>"
    return read("cobertura", f"<coverage {attributes}><packages>{package}</packages></coverage>")


HALF = '<line number="1" hits="3"/><line number="2" hits="0"/>'


class TestCobertura:
    def test_lines_and_branches_are_counted(self):
        """2 of 3 lines; of 2 + 4 conditions 1 + 4 were taken."""
        found = cobertura(
            '<line number="1" hits="9" branch="true" condition-coverage="50% (1/2)"/>'
            '<line number="2" hits="1" branch="true" condition-coverage="100% (4/4)"/>'
            '<line number="3" hits="0"/>'
        )
        assert (found.lines, found.branches) == (share(2, 3), share(5, 6))

    def test_lines_of_methods_are_not_counted_a_second_time(self):
        inner = "<class filename='a'><methods><method><lines>{0}</lines></method></methods>"
        body = (inner + "<lines>{0}</lines></class>").format(HALF)
        assert read("cobertura", f"<coverage>{body}</coverage>").lines == share(1, 2)

    def test_a_line_that_two_classes_of_one_file_share_counts_once(self):
        one = f"<class filename='a'><lines>{HALF}</lines></class>"
        assert read("cobertura", f"<coverage>{one}{one}</coverage>").lines == share(1, 2)

    def test_a_rate_that_disagrees_with_the_counts_loses_to_them(self):
        found = cobertura(HALF, 'line-rate="0.9" lines-valid="2" lines-covered="1"')
        assert found.lines.ratio == Fraction(1, 2)
        assert "line-rate of 0.9 disagrees" in found.notes[0]

    def test_a_rounded_rate_agrees(self):
        third = HALF + '<line number="3" hits="0"/>'
        assert cobertura(third, 'line-rate="0.33"').notes == ()

    def test_the_lower_of_counts_and_entries_counts(self):
        found = cobertura(HALF, 'lines-valid="4" lines-covered="1"')
        assert found.lines == share(1, 4)
        assert "says 1 of 4 lines, its entries come to 1 of 2" in found.notes[0]
        assert cobertura(HALF, 'lines-valid="4" lines-covered="4"').lines == share(1, 2)

    @pytest.mark.parametrize("written", ["1791189000", "1791189000000", "2026-10-05T08:30:00Z"])
    def test_a_time_is_in_seconds_milliseconds_or_iso_8601(self, written):
        assert cobertura(HALF, f'timestamp="{written}"').observed == AT

    def test_a_line_without_hits_is_refused(self):
        with pytest.raises(SourceError, match="line has hits=''"):
            cobertura('<line number="1"/>')

    def test_clover_which_has_the_same_root_is_refused(self):
        with pytest.raises(SourceError, match="no Cobertura report"):
            read("cobertura", "<coverage><project/></coverage>")


class TestJacoco:
    def test_the_counters_of_source_files_are_summed_and_named_by_package(self):
        counter = '<counter type="LINE" missed="1" covered="3"/>'
        file = f'<sourcefile name="A.java">{counter}</sourcefile>'
        other = file.replace("A", "B")
        body = f'<package name="shop">{file}{other}</package>'
        found = read("jacoco", f"<report><group name='all'>{body}</group></report>")
        assert found.lines == share(6, 8)
        assert [one.name for one in found.files] == ["shop/A.java", "shop/B.java"]

    def test_a_doctype_is_legal_and_nothing_is_fetched(self):
        doctype = '<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">'
        counter = '<counter type="LINE" missed="1" covered="3"/>'
        assert read("jacoco", f"{doctype}<report>{counter}</report>").lines == share(3, 4)

    def test_it_is_as_old_as_its_oldest_session(self):
        sessions = '<sessioninfo dump="1791189000000"/><sessioninfo dump="1791199000000"/>'
        assert read("jacoco", f"<report>{sessions}</report>").observed == AT

    def test_another_root_is_refused(self):
        with pytest.raises(SourceError, match="the root is coverage"):
            read("jacoco", "<coverage/>")


class TestLcov:
    def test_records_of_one_file_are_joined(self):
        record = "SF:a.c\nDA:1,{}\nDA:2,{}\nend_of_record\n"
        found = read("lcov", "TN:\n" + record.format(1, 0) + record.format(0, 0))
        assert found.lines == share(1, 2)

    def test_a_branch_that_was_never_reached_is_not_covered(self):
        body = "SF:a.c\nDA:1,1\nBRDA:1,0,0,-\nBRDA:1,0,1,0\nBRDA:1,e0,jump to 2, then 3,7\n"
        assert read("lcov", f"{body}end_of_record\n").branches == share(1, 3)

    def test_totals_that_disagree_with_the_lines_are_said_and_the_lower_counts(self):
        found = read("lcov", "SF:a.c\nDA:1,1\nDA:2,0\nLF:2\nLH:2\nend_of_record\n")
        assert found.lines == share(1, 2)
        assert found.notes

    def test_totals_alone_are_enough(self):
        assert read("lcov", "SF:a.c\nLF:4\nLH:3\nend_of_record\n").lines == share(3, 4)

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ("SF:a.c\nDA:1,1\n", "ends inside the record"),
            ("SF:a.c\nDA:1,-4\nend_of_record", "2: 'DA:1,-4' is not understood"),
            ("SF:a.c\nXX:1\nend_of_record", "2: 'XX:1' is not understood"),
            ("SF:a.c\nSF:b.c\nend_of_record", "2: 'SF:b.c' is not understood"),
            ("TN:\nDA:1,1\n", "2: 'DA' stands outside of a record"),
        ],
    )
    def test_what_is_not_understood_is_refused_by_its_line(self, body, said):
        with pytest.raises(SourceError, match=said):
            read("lcov", body)


class TestCoverageJson:
    def top(self, covered=4, **totals):
        summary = {"covered_lines": covered, "num_statements": 5}
        branches = {"covered_branches": 1, "num_branches": 2}
        return {
            "meta": {"timestamp": "2026-10-05T08:30:00+00:00"},
            "files": {"a.py": {"summary": summary | branches}},
            "totals": summary | branches | totals,
        }

    def test_lines_and_branches_are_counted(self):
        found = read("coverage-json", self.top())
        assert (found.lines, found.branches, found.notes) == (share(4, 5), share(1, 2), ())
        assert found.observed == AT

    def test_totals_better_than_the_files_are_not_believed(self):
        found = read("coverage-json", self.top(covered_lines=5))
        assert found.lines == share(4, 5)
        assert found.notes

    def test_a_number_below_zero_is_refused_by_its_place(self):
        with pytest.raises(SourceError, match=r"files\.a\.py\.summary\.covered_lines is -1"):
            read("coverage-json", self.top(covered=-1))
