"""Names of people, told from what stands around them."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.names import clean_name, recase, speaks_in_one_case, split_full_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("  Anna ", "Anna", id="spaces go"),
        pytest.param("Dr. Anna", "Anna", id="a title goes"),
        pytest.param("Prof. Dr. Anna", "Anna", id="several titles go"),
        pytest.param(
            "Univ.-Prof. Mag. Dr. h. c. mult. Anna", "Anna", id="titles with hyphens and of honour go"
        ),
        pytest.param("Dr. med. dent. Anna", "Anna", id="what a doctor is of goes"),
        pytest.param("Dipl.-Ing. Anna", "Anna", id="an engineer's title goes"),
        pytest.param("Ing. Anna", "Anna", id="a short title with a dot goes"),
        pytest.param("Ing-Marie", "Ing-Marie", id="a name that begins like a title stays"),
        pytest.param("Mag Mell", "Mag Mell", id="a name like a title without a dot stays"),
        pytest.param("Dr. C. Anna", "C. Anna", id="an initial behind a title stays"),
        pytest.param("Smith, MBA", "Smith", id="a degree behind a comma goes"),
        pytest.param("Smith, Ph.D., CFA", "Smith", id="several degrees go"),
        pytest.param("Smith MBA", "Smith", id="a degree without a comma goes"),
        pytest.param("Anna (she/her)", "Anna", id="brackets go"),
        pytest.param("Anna 🚀✨", "Anna", id="emoji go"),
        pytest.param("Ma", "Ma", id="a surname that could be a degree stays"),
        pytest.param("Yo-Yo Ma", "Yo-Yo Ma", id="also behind a first name"),
        pytest.param("Null", "Null", id="the surname Null stays"),
        pytest.param("NA", "NA", id="the surname Na stays"),
        pytest.param("O'Harrow", "O'Harrow", id="an apostrophe stays"),
        pytest.param("van der Berg", "van der Berg", id="particles stay"),
        pytest.param("Jørgsen", "Jørgsen", id="letters beyond ASCII stay"),
        pytest.param("李", "李", id="a name of one sign stays"),
        pytest.param("-", "", id="a dash is no name"),
        pytest.param("n/a", "", id="n/a is no name"),
        pytest.param("k.A.", "", id="keine Angabe, shortened, is no name"),
        pytest.param("K. A.", "", id="also with a space"),
        pytest.param("K. A. Roth", "K. A. Roth", id="the same initials before a name stay"),
        pytest.param("Keine Angabe", "", id="keine Angabe is no name"),
        pytest.param("unbekannt", "", id="unbekannt is no name"),
        pytest.param("None", "", id="none is no name"),
        pytest.param("jane@acme.example", "", id="an email is no name"),
        pytest.param("12345", "", id="a number is no name"),
        pytest.param("Mr.", "", id="a title alone is no name"),
        pytest.param("Smith Jr.", "Smith Jr.", id="a generation stays"),
    ],
)
def test_what_is_the_name_and_what_is_decoration(written: str, name: str) -> None:
    assert clean_name(written) == name
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        pytest.param("Jane Doe", "Jane", "Doe", id="two words"),
        pytest.param("k.A.", "", "", id="nothing is given"),
        pytest.param("Keine Angabe", "", "", id="nothing is given in two words"),
        pytest.param("Jane k.A.", "Jane", "", id="the last name is not given"),
        pytest.param("unbekannt, Jane", "Jane", "", id="the last name in front is not given"),
        pytest.param("Jane A. Doe", "Jane", "Doe", id="an initial in the middle is left out"),
        pytest.param("Ludwig van Beethoven", "Ludwig", "van Beethoven", id="van belongs to the surname"),
        pytest.param("Anna de la Cruz", "Anna", "de la Cruz", id="two particles"),
        pytest.param("Salim bin Rashid", "Salim", "bin Rashid", id="bin belongs to the surname"),
        pytest.param("Doe, Jane", "Jane", "Doe", id="last name first"),
        pytest.param("van der Berg, Anna", "Anna", "van der Berg", id="last name first with particles"),
        pytest.param("Doe, Jane, MBA", "Jane", "Doe", id="last name first with a degree"),
        pytest.param("Nguyễn, Thị Hương", "Thị Hương", "Nguyễn", id="all first names behind a comma"),
        pytest.param("Doe, Jane MBA", "Jane", "Doe", id="but no degree behind them"),
        pytest.param("Doe, Dr. Jane Ann", "Jane Ann", "Doe", id="and no title before them"),
        pytest.param("Doe, Jane A. III", "Jane", "Doe", id="no initial and no generation"),
        pytest.param("Jane Doe, MBA", "Jane", "Doe", id="a degree is no first name"),
        pytest.param("Dr. Jane Doe (she/her) 🌱", "Jane", "Doe", id="everything at once"),
        pytest.param(
            "Prof. Dr.-Ing. Jürgen Fernández-Gil", "Jürgen", "Fernández-Gil", id="several German titles"
        ),
        pytest.param("Gil, Prof. Dr. h. c. Ana", "Ana", "Gil", id="last name first with several titles"),
        pytest.param("Mr Jane Doe", "Jane", "Doe", id="a title without a dot"),
        pytest.param('Jane "JD" Doe', "Jane", "Doe", id="a nickname in quotes"),
        pytest.param("Jane Doe | Hiring!", "Jane", "Doe", id="a slogan behind a bar"),
        pytest.param("Martin King Jr.", "Martin", "King Jr.", id="a generation goes with the surname"),
        pytest.param("Cher", "Cher", "", id="one word is a first name"),
        pytest.param("jane@acme.example", "", "", id="an email is no name"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_where_a_full_name_splits(written: str, first: str, last: str) -> None:
    name = split_full_name(written)
    assert (name.first, name.last) == (first, last)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("DOE", "Doe"),
        ("o'harrow", "O'Harrow"),
        ("VAN DER BERG", "van der Berg"),
        ("ABERNATHY-COLE", "Abernathy-Cole"),
        ("MCTAVISH", "McTavish"),
        ("GRÜNTHAL", "Grünthal"),
    ],
)
def test_shouted_names_are_written_as_usual(written: str, name: str) -> None:
    assert recase(written) == name


def test_case_is_touched_only_where_the_whole_column_is_in_one() -> None:
    assert speaks_in_one_case(["DOE", "ROE", "POE"])
    assert speaks_in_one_case(["doe", "roe", "poe"])
    assert not speaks_in_one_case(["DOE", "Roe", "Poe"])
    assert not speaks_in_one_case(["DOE"])
