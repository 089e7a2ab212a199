"""Text that breaks the rules of CSV: every cell lands where a person would put it, and no row is lost."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.dialects import find_dialect
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.records import Dialect, Repairs, read_records
from cleanlist_core.intake.tables import ReadTable

BACKSLASH = Dialect(escape="\\")


def cells(text: str, dialect: Dialect | None = None, width: int = 3) -> list[list[str]]:
    return [row.cells for row in read_records(text, dialect or Dialect(), width=width)]


def rows(table: ReadTable) -> list[list[str]]:
    columns = [column.to_pylist() for column in table.cells.columns]
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param('a,"b,c",d', ["a", "b,c", "d"], id="a delimiter in quotes"),
        pytest.param('a,"say ""hi""",d', ["a", 'say "hi"', "d"], id="doubled quotes"),
        pytest.param(
            'a,"say "hi" now",d', ["a", 'say "hi" now', "d"], id="quotes inside that are not doubled"
        ),
        pytest.param('a,"5" pipe",d', ["a", '5" pipe', "d"], id="an inch mark in a quoted cell"),
        pytest.param('a,"pipe, 5"",d', ["a", 'pipe, 5"', "d"], id="an inch mark at the end of a quoted cell"),
        pytest.param('a,5" pipe,d', ["a", '5" pipe', "d"], id="an inch mark in a plain cell"),
        pytest.param('5" x 3",b,d', ['5" x 3"', "b", "d"], id="two inch marks in a plain cell"),
        pytest.param('"a,"b,c",d', ['"a', "b,c", "d"], id="a stray quote before a quoted cell"),
        pytest.param('a,""b, c",d', ["a", '"b, c', "d"], id="an opening quote too many"),
        pytest.param('a,"b,d', ["a", '"b', "d"], id="a quote nobody closed"),
        pytest.param('a,b,"', ["a", "b", '"'], id="a quote at the end of the line"),
        pytest.param('a, "b, c", d', ["a", "b, c", " d"], id="a space before a quoted cell"),
        pytest.param('a,"b, c" ,d', ["a", "b, c", "d"], id="a space behind a quoted cell"),
        pytest.param('"Bob" Roe,b,d', ['"Bob" Roe', "b", "d"], id="a nickname in quotes"),
        pytest.param('a,b"c, x, y"', ["a", "b", "c, x, y"], id="no delimiter before a quoted cell"),
        pytest.param('a,b "c" d', ["a", 'b "c" d'], id="a short row with a word in quotes"),
    ],
)
def test_quotes_of_every_kind(line: str, expected: list[str]) -> None:
    assert cells(f"{line}\nx,y,z\n") == [expected, ["x", "y", "z"]]


def test_backslashes_escape_quotes_where_the_file_does_so() -> None:
    text = 'n,size,note\n1,"24\\" wheel, new","x"\n2,"10\\"","a \\"b\\", c"\n3,C:\\,d\n'
    dialect = find_dialect(text)
    assert dialect == BACKSLASH
    assert cells(text, dialect)[1:] == [
        ["1", '24" wheel, new', "x"],
        ["2", '10"', 'a "b", c'],
        ["3", "C:\\", "d"],
    ]


def test_a_backslash_before_a_closing_quote_may_be_a_folder() -> None:
    text = 'n,folder,note\n1,"C:\\","x"\n2,"D:\\","y"\n'
    assert find_dialect(text) == Dialect()
    assert cells(text)[1] == ["1", "C:\\", "x"]


def test_apostrophes_quote_where_every_row_says_so() -> None:
    text = "id,name,note\n1,'Doe, Jane','it''s'\n2,'Roe, John','b'\n3,'Poe','c'\n"
    dialect = find_dialect(text)
    assert dialect == Dialect(quote="'")
    assert cells(text, dialect)[1] == ["1", "Doe, Jane", "it's"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("name,company\nO'Neill,x\n'Ndoye,y\nJane,'z\n", id="names"),
        pytest.param(
            "phone,company\n'+1 212 555 0100,x\n'+1 212 555 0101,y\n'+1,z\n", id="phones typed as text"
        ),
        pytest.param("a,b\n'x',y\n", id="one row only"),
    ],
)
def test_other_apostrophes_are_letters(text: str) -> None:
    assert find_dialect(text).quote == '"'


def test_spaces_after_delimiters_go_when_quotes_follow_them() -> None:
    text = 'First Name, Last Name, Company\nJane, Doe, "Acme, Inc"\nJohn, Roe, "Beta"\n'
    table = read_table(text.encode(), "x.csv")
    assert table.columns == ("First Name", "Last Name", "Company")
    assert rows(table) == [["Jane", "Doe", "Acme, Inc"], ["John", "Roe", "Beta"]]


def test_spaces_stay_where_nothing_speaks_against_them() -> None:
    table = read_table(b"First Name, Last Name\nJane, Doe\n", "x.csv")
    assert (table.columns, rows(table)) == (("First Name", " Last Name"), [["Jane", " Doe"]])


def test_spaces_separate_cells_only_between_quotes() -> None:
    assert find_dialect('"Jane" "Doe" 1\n"John" "Roe" 2\n"Jim" "Poe" 3\n').delimiter == " "
    assert find_dialect("Name\nJane Doe\nJohn Roe\nJim Poe\n").delimiter == ","


def test_an_unclosed_quote_does_not_swallow_the_rows_up_to_the_next_one() -> None:
    text = 'First Name,Last Name,Company\nJane,"Doe,Acme\nJohn,Roe,Beta\nJim,Poe","Gamma",x\nJoan,Moe,Delta\n'
    assert [row[0] for row in rows(read_table(text.encode(), "x.csv"))] == ["Jane", "John", "Jim", "Joan"]


def test_line_breaks_in_quoted_cells_stay() -> None:
    text = 'First Name,Last Name,Notes\nJane,Doe,"one\ntwo, ""three""\r\nfour"\nJohn,"R"oe,x\n'
    table = read_table(text.encode(), "x.csv")
    assert rows(table) == [["Jane", "Doe", 'one\ntwo, "three"\r\nfour'], ["John", '"R"oe', "x"]]
    assert table.lines.to_pylist() == [2, 5]


def test_lines_with_odd_quotes_are_said() -> None:
    repairs = Repairs()
    list(read_records('a,"b\nc,d\n"e"f,g\n', Dialect(), repairs=repairs))
    assert repairs.stray_quotes == [1, 3]


def test_many_stray_quotes_take_no_longer_than_others() -> None:
    # Each of these would be found by looking through the rest of the file, if that were allowed.
    text = "\n".join(['"a,"b"c,"d', 'x,"y,""z', '"""",q"'] * 3_000)
    assert len(cells(text)) == 9_000


def test_a_row_with_countless_delimiters_behind_it_takes_no_longer_than_others() -> None:
    data = b'First Name,Last Name,Company\nJane,"Doe,Acme\nJohn,Roe,Beta' + b"," * 300_000
    assert rows(read_table(data, "x.csv")) == [["Jane", '"Doe', "Acme"], ["John", "Roe", "Beta"]]


def test_groups_of_columns_are_part_of_their_names() -> None:
    text = "Contact,,Company,\nFirst Name,Last Name,Name,Founded\nJane,Doe,Acme,1999\nJohn,Roe,Beta,2001\n"
    table = read_table(text.encode(), "x.csv")
    assert table.columns == ("Contact First Name", "Contact Last Name", "Company Name", "Company Founded")
    assert (table.header_row, len(rows(table))) == (2, 2)


def test_a_header_said_twice_is_read_once() -> None:
    table = read_table(b"First Name,Last Name\nFirst Name,Last Name\nJane,Doe\n", "x.csv")
    assert (table.columns, rows(table)) == (("First Name", "Last Name"), [["Jane", "Doe"]])
    assert [note.code for note in table.notes] == ["header_again"]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        pytest.param("col1,col2\n1;2;3,4;5;6\na;b;c,d;e;f\n", ",", id="one comma in every line"),
        pytest.param("one column\nof notes\nwith a (;) in it\nand more\nof them\n", ",", id="nothing does"),
        pytest.param("name;notes\nJane;a, b, c\nOtto;d\nIlse;e, f\n", ";", id="commas in notes"),
        pytest.param("name\tnotes\nJane\ta|b|c|d\nOtto\te|f|g|h\n", "\t", id="bars in every note"),
    ],
)
def test_what_separates_all_lines_counts_more_than_what_is_in_some(text: str, delimiter: str) -> None:
    assert find_dialect(text).delimiter == delimiter
