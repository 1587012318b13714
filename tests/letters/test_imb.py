"""The Intelligent Mail barcode: the published examples of USPS-B-3200, and what is never encoded."""

import pytest

from letters.errors import LetterFault
from letters.layout.imb import BARS, DRAWN_HIGH, Mailer, bars, mailer_of, outline, routing

TRACKING = "01234567094987654321"
PUBLISHED = {
    "": "ATTFATTDTTADTAATTDTDTATTDAFDDFADFDFTFFFFFTATFAAAATDFFTDAADFTFDTDT",
    "01234": "DTTAFADDTTFTDTFTFDTDDADADAFADFATDDFTAAAFDTTADFAAATDFDTDFADDDTDFFT",
    "012345678": "ADFTTAFDTTTTFATTADTAAATFTFTATDAAAFDDADATATDTDTTDFDTDATADADTDFFTFA",
    "01234567891": "AADTFFDFTDADTAADAATFDTDDAAADDTDTTDAFADADDDTFFFDDTTTADFAAADFTDAADA",
}


@pytest.mark.parametrize(("routed", "printed"), PUBLISHED.items())
def test_the_published_examples_are_encoded_as_published(routed: str, printed: str) -> None:
    assert bars(TRACKING + routed) == printed
    assert len(printed) == BARS


@pytest.mark.parametrize("digits", ["", "0123", TRACKING + "0", TRACKING + "0123456", TRACKING[:-1] + "x"])
def test_other_digits_are_refused(digits: str) -> None:
    with pytest.raises(LetterFault, match="routing code of 0, 5, 9 or 11"):
        bars(digits)


def test_the_second_digit_of_a_barcode_identifier_is_at_most_four() -> None:
    with pytest.raises(LetterFault, match="second digit"):
        bars("05" + TRACKING[2:])


def test_a_letter_s_number_is_its_serial_number_in_nine_or_in_six_digits() -> None:
    assert Mailer("567094", "234").tracking(987654321) == "00234567094987654321"
    assert Mailer("923456789", "700").tracking(12) == "00700923456789000012"
    assert Mailer("923456789", "700").tracking(1_000_012) == "00700923456789000012"
    assert all(len(Mailer(one, "700").tracking(7)) == 20 for one in ("567094", "923456789"))


@pytest.mark.parametrize(("mailer", "service"), [("", ""), ("567094", ""), ("", "700"), ("56709", "700")])
def test_without_a_complete_mailer_there_is_no_barcode(mailer: str, service: str) -> None:
    assert mailer_of(mailer, service) is None
    assert outline("") == ""


@pytest.mark.parametrize(
    ("zip_code", "point", "code"),
    [
        ("53703", None, "53703"),
        ("53703-1912", None, "537031912"),
        ("537031912", "03", "53703191203"),
        ("53703", "03", "53703"),
        ("H2X 1Y4", None, ""),
        (None, None, ""),
    ],
)
def test_the_routing_code_is_as_much_of_the_zip_as_is_known(zip_code: str | None, point: str | None, code: str) -> None:
    assert routing(zip_code, point) == code


def test_every_bar_is_drawn_in_the_height_of_its_kind() -> None:
    drawn = outline(TRACKING).removesuffix("xe").split("x")
    assert len(drawn) == BARS
    for bar, path in zip(PUBLISHED[""], drawn, strict=True):
        left, top, _, _, _, bottom = (int(one) for one in path[1:].replace("l", ",").split(",")[:6])
        assert (top == 0) == (bar in "FA")
        assert (bottom == DRAWN_HIGH) == (bar in "FD")
        assert left >= 0
