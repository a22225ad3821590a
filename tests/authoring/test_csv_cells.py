"""A cell filled in a file that people keep."""

import pytest

from codexreport.authoring.csv_cells import with_cell

URL = "https://tracker.example/7"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id,title,url\nA-1,x,\nA-2,y,\n", f"id,title,url\nA-1,x,{URL}\nA-2,y,\n"),
        ("id,url,title\r\nA-1,,x\r\n", f"id,url,title\r\nA-1,{URL},x\r\n"),
        ('url,id\n"",A-1', f"url,id\n{URL},A-1"),
        (
            'id,title,url\n"A-1","one, ""two""\nthree",""\n',
            f'id,title,url\n"A-1","one, ""two""\nthree",{URL}\n',
        ),
        ("id, title ,url \nA-1 , x , \n", f"id, title ,url \nA-1 , x ,{URL}\n"),
        ("\n\nid,url\nA-1,\n", None),  # a header that is none
        ("id,title\nA-1,x\n", None),  # no column
        ("id,url\nA-2,\n", None),  # no row
        ("id,url\nA-1,\nA-1,\n", None),  # two rows
        ("id,url\nA-1,elsewhere\n", None),  # somebody was first
        ("id,url\nA-1\n", None),  # a row that is short
        ("", None),
    ],
)
def test_the_cell_is_filled_or_nothing_is_changed(before, after):
    assert with_cell(before, ",", ("id", "A-1"), "url", URL) == after


def test_what_needs_quotes_gets_them():
    assert with_cell("id;url\nA;\n", ";", ("id", "A"), "url", 'a;"b"') == 'id;url\nA;"a;""b"""\n'
