"""The papers of an estate matter: what each tells, to whom nothing is told, and that nobody else is made to owe."""

import io
import re
from dataclasses import MISSING, fields, replace
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document

from letters.docx.merge import build, names_in, plain
from letters.docx.pictures import logo_from
from letters.errors import LetterError, LetterFault, UnknownKind
from letters.estate.check import estate_fields_found
from letters.estate.data import Claim, EstatePaper, Party
from letters.estate.kinds import PAPERS, Reader
from letters.estate.make_templates import FOLDER, WORDS, make_papers, paper_bytes
from letters.estate.samples import sample_paper
from letters.estate.shelf import estate_template
from tests.letters.reading import png, template_with, words

KINDS = sorted(PAPERS)
CLAIMS = [kind for kind in KINDS if kind.startswith("claim") or kind == "amended-claim"]
TO_HOUSEHOLD = [kind for kind in KINDS if Reader.HOUSEHOLD in PAPERS[kind].readers]
TO_REPRESENTATIVE = [kind for kind in KINDS if Reader.REPRESENTATIVE in PAPERS[kind].readers]
SERVED = [*CLAIMS, "notice-demand", "satisfaction", "withdrawal"]
SWORN = [*CLAIMS, "affidavit", "satisfaction"]

_DEBT = (
    r"debts?|ow(?:e|es|ed|ing)|balances?|accounts?|bill(?:s|ed|ing)?|claims?|pay(?:s|ment|ments|able|ing)?|paid|amounts?|"
    r"collect\w*|due|charges?|insurance|probate|financial|money|creditors?|estate coordinator"
)
_CARE = r"diagnos\w*|procedures?|social security|ssn|icd|cpt|surgery|treatment|department|clinic"

ALWAYS = frozenset({"sheet", "creditor", "recipient", "decedent", "signer", "matter"})

TOLD: dict[str, tuple[str, ...]] = {
    "inquiry": (
        "who is handling the estate?",
        "does not make you responsible for anything",
        "(608) 555-0142",
        "I do not know",
        "No one has been named",
    ),
    "condolence": (
        "We were sorry",
        "This letter does not ask for payment",
        "court and the case number",
        "Case number, if any",
        "Medicare or Medicaid",
        "Estate of Harold J. Whitcombe",
        "c/o Anna Whitcombe-Osei",
    ),
    "representative-notice": (
        "$5,874.09",
        "$1,364.00 still depends",
        "dispute any part",
        "itemized statement",
        "Only from the estate",
        "PO Box 44120",
    ),
    "notice-demand": (
        "requests special notice",
        "every petition, order and hearing",
        "attention Priya Raman",
        "1200 Shoreline Drive",
        "This request is not a claim",
    ),
    "petition": (
        "no personal representative has been appointed",
        "a creditor of the decedent",
        "June Whitcombe",
        "spouse",
        "appoint a personal representative of this estate",
        "February 9, 2027",
        "Wis. Stat. 865.06",
        "penalty of perjury",
        "$5,874.09",
        "not the claim",
    ),
    "claim-ca": ("Copy the fields below onto form DE-172", "Total amount of the claim"),
    "claim-mi": ("Copy the fields below onto form PC 570", "Nature of the claim"),
    "claim-sc": ("Copy the fields below onto form 371ES", "Uncertainty, if contingent"),
    "claim-wi": ("Copy the fields below onto form PR-1819", "Payments and offsets"),
    "amended-claim": (
        "amends the claimant's claim EP-000049, filed on June 16, 2026",
        "instead of $1,389.00",
        "a payment of $25.00 was recorded",
    ),
    "affidavit": (
        "being duly sworn",
        "a custodian of its records",
        "made at or near the time",
        "kept in the course of the regularly conducted activity",
        "$5,874.09 remains unpaid",
    ),
    "itemised-statement": ("Payment received", "Insurance payment", "-$36,104.50", "Feb 20, 2026", "45 CFR 164.502(b)"),
    "court-cover": (
        "Filing fee",
        "$35.00, by the enclosed check",
        "stamp the extra copy",
        "self-addressed, stamped",
        "1. Creditor's claim",
        "4. One copy to be stamped",
        "July 17, 2026",
        "2026PR000187",
    ),
    "attorney-cover": (
        "File the claim and appear",
        "July 20, 2026",
        "July 17, 2026",
        "Wis. Stat. 859.01",
        "$1,500.00",
        "hourly, $240",
        "6. Deadlines",
        "Privileged",
        "Tobias Lindqvist",
        "no conflict of interest",
    ),
    "proof-of-mailing": (
        "of legal age",
        "Jun 16, 2026",
        "Certified mail",
        "9407 0000 0000 5550 0161",
        "Tobias Lindqvist, 9 Pinckney Street",
        "the address shown",
        "penalty of perjury",
    ),
    "disallowance-response": (
        "August 3, 2026",
        "$188.75",
        "$5,685.34",
        "insurance should have paid",
        "October 2, 2026",
        "does not accept the disallowance",
        "Insurance has decided",
    ),
    "compromise-offer": (
        "$4,000.00",
        "$5,874.09",
        "September 30, 2026",
        "not an admission by either side",
        "the claim remains in effect for its full amount",
        "signs for the estate only",
    ),
    "payment-reminder": (
        "Amount unpaid",
        "$5,874.09",
        "May 4, 2026",
        "2026PR000187",
        "send us the inventory",
        "c/o Anna Whitcombe-Osei",
    ),
    "satisfaction": ("received $5,874.09", "November 4, 2026", "The claim is satisfied", "LC-20884518"),
    "withdrawal": (
        "withdraws its claim of $5,874.09",
        "filed on June 16, 2026",
        "the balance has been paid by insurance",
    ),
    "apology": ("as if Harold J. Whitcombe had died", "we are truly sorry", "You do not need to do anything"),
    "history-extract": ("Feb 17, 2026", "Probate search, Dane County: no case", "as it was recorded"),
    "deadlines": (
        "July 20, 2026",
        "July 17, 2026",
        "Wis. Stat. 859.01, 859.02",
        "Sue or petition by October 2, 2026",
        "hearing on claims",
        "42 CFR 424.44",
    ),
    "index": ("Affidavit of account", "History extract", "6 documents"),
    "write-off-memo": (
        "no assets",
        "$5,874.09",
        "Probate search, Dane County: no case",
        "Approved by",
        "9407 0000 0000 5550 0161",
    ),
    "claim": ("Basis of the claim: hospital and medical services",),
}
"""What every kind of paper tells of its sample. A row a kind."""


def said(paper: EstatePaper) -> str:
    return words(estate_template(paper.sheet.kind).render(paper))


def bare(kind: str) -> EstatePaper:
    """The sample without what its kind can do without."""
    kept = ALWAYS | {part.value for part in PAPERS[kind].needs}
    usual = {
        one.name: one.default for one in fields(EstatePaper) if one.name not in kept and one.default is not MISSING
    }
    return replace(sample_paper(kind), **usual)


def forms(kind: str) -> tuple[EstatePaper, EstatePaper]:
    return sample_paper(kind), bare(kind)


def test_every_kind_of_paper_has_words_and_a_row_of_what_it_tells() -> None:
    assert set(WORDS) == set(PAPERS) == set(TOLD)


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_is_what_its_maker_makes_each_time(kind: str) -> None:
    assert (FOLDER / f"{kind}.docx").read_bytes() == paper_bytes(kind) == paper_bytes(kind)


def test_the_maker_writes_a_file_for_each_kind_and_no_other_is_shipped(tmp_path: Path) -> None:
    assert {path.name for path in make_papers(tmp_path)} == {path.name for path in FOLDER.iterdir()}
    assert {path.stem for path in FOLDER.iterdir()} == set(PAPERS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_opens_in_word_with_all_it_has_and_with_no_more_than_it_needs(kind: str) -> None:
    for paper in forms(kind):
        content = estate_template(kind).render(paper)
        with ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
        assert len(Document(io.BytesIO(content)).sections) == 1
        assert "{" not in words(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_kept_as_plain_values_is_written_again_byte_for_byte(kind: str) -> None:
    paper = sample_paper(kind)
    again = build(EstatePaper, plain(paper))
    assert again == paper
    assert estate_template(kind).render(again) == estate_template(kind).render(paper)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_tells_what_its_kind_is_for(kind: str) -> None:
    text = said(sample_paper(kind))
    assert [line for line in (*TOLD[kind], "Harold J. Whitcombe") if line.lower() not in text.lower()] == []


@pytest.mark.parametrize("kind", TO_HOUSEHOLD)
def test_whoever_opens_a_letter_to_the_household_learns_of_no_debt(kind: str) -> None:
    # 12 CFR 1006.10(b), kept to as policy
    text = said(sample_paper(kind))
    assert re.findall(rf"\b(?:{_DEBT})\b", text, re.IGNORECASE) == []
    assert "$" not in text


@pytest.mark.parametrize("kind", TO_HOUSEHOLD)
def test_the_household_is_asked_nothing_but_who_handles_the_estate(kind: str) -> None:
    asked = [line for line in said(sample_paper(kind)).splitlines() if "?" in line]
    assert [line for line in asked if "handl" not in line.lower()] == []
    assert bool(asked) is (kind == "inquiry")


def test_a_household_is_told_no_more_though_the_matter_holds_more() -> None:
    everything = {
        one.name: getattr(sample_paper("write-off-memo"), one.name)
        for one in fields(EstatePaper)
        if one.name not in ALWAYS
    }
    for kind in TO_HOUSEHOLD:
        full = replace(sample_paper(kind), **everything)
        assert said(full) == said(sample_paper(kind))


def test_the_household_is_greeted_as_one_and_a_person_by_name() -> None:
    paper = sample_paper("inquiry")
    assert "To the household at 77 Orchard Lane:" in said(paper)
    assert "Dear June Whitcombe:" in said(replace(paper, recipient=Party("June Whitcombe")))


def test_a_letter_of_condolence_names_no_amount_and_demands_nothing() -> None:
    text = said(sample_paper("condolence"))
    assert re.findall(r"\$|\b(?:owe[sd]?|debts?|balance|claims?|due|demand|must)\b", text, re.IGNORECASE) == []


@pytest.mark.parametrize("kind", TO_REPRESENTATIVE)
def test_a_representative_is_told_that_the_estate_alone_owes(kind: str) -> None:
    for paper in forms(kind):
        text = said(paper)
        whose = r"The claim is against the estate only|Anything that remains to be resolved concerns the estate only"
        assert re.search(
            rf"(?:{whose})\. Receiving this (?:letter|document) does not make any family member, or anyone who acts for the "
            "estate, personally responsible",
            text,
        )
        assert re.findall(r"\byou(?:r family)? (?:owe|must pay|are (?:liable|responsible))", text, re.IGNORECASE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_paper_tells_of_the_care(kind: str) -> None:
    text = said(sample_paper(kind)).replace("None contains a diagnosis, a procedure or a Social Security number", "")
    text = text.replace("The packet contains no diagnosis and no Social Security number", "")
    assert re.findall(rf"\b(?:{_CARE})\b", text, re.IGNORECASE) == []


def test_a_paper_has_no_field_for_the_care_or_a_social_security_number() -> None:
    assert [
        name for name in names_in(EstatePaper) if re.search(r"diagnos|procedure|ssn|social|\bicd|\bcpt", name)
    ] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_day_of_birth_stays_out_of_every_paper(kind: str) -> None:
    assert "1941" not in said(sample_paper(kind))


@pytest.mark.parametrize(
    "told",
    [
        "Lakeview Community Hospital",
        "1200 Shoreline Drive",
        "(608) 555-0142",
        "39-5550142",
        "$5,874.09",
        "$4,510.09 is due",
        "$1,364.00 is contingent",
        "$5,685.34 is for medical and hospital expenses of the last illness",
        "Security: none",
        "All payments, credits, adjustments and offsets",
        "LC-20884481",
        "$36,104.50",
        "$50,477.50",
        "CIRCUIT COURT",
        "HAROLD J. WHITCOMBE",
        "2026PR000187",
        "Anna Whitcombe-Osei",
        "February 9, 2026",
    ],
)
@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_shows_who_claims_what_and_why(kind: str, told: str) -> None:
    assert told in said(sample_paper(kind))


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_that_is_wholly_due_is_not_called_contingent(kind: str) -> None:
    paper = sample_paper(kind)
    assert paper.claim is not None
    whole = replace(paper.claim, due_cents=paper.total_cents, contingent_cents=0)
    assert "No part of it is contingent" in said(replace(paper, claim=whole))


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_claim_is_verified_before_a_notary_where_the_state_wants_it_and_signed_where_not(kind: str) -> None:
    paper = sample_paper(kind)
    assert paper.claim is not None
    unsworn = said(replace(paper, claim=replace(paper.claim, sworn=False)))
    for line in ("Verification", "penalty of perjury", "Subscribed and sworn"):
        assert line in said(paper)
        assert line not in unsworn
    assert "Signed for the claimant:" in unsworn
    assert "Priya Raman, Estate coordinator" in unsworn


@pytest.mark.parametrize("kind", SWORN)
def test_an_oath_has_a_place_for_the_notary(kind: str) -> None:
    text = said(sample_paper(kind))
    assert "Subscribed and sworn to (or affirmed) before me by Priya Raman" in text
    assert "Notary public" in text


@pytest.mark.parametrize("kind", SERVED)
def test_a_certificate_of_service_names_whom_it_went_to_and_how(kind: str) -> None:
    paper = sample_paper(kind)
    before = said(paper)
    assert "Certificate of service" in before
    assert "Tobias Lindqvist, attorney for the estate" in before
    assert "certified mail" in before
    sent = said(replace(paper, mailings=sample_paper("proof-of-mailing").mailings))
    assert "9407 0000 0000 5550 0161" in sent
    assert "☐" not in sent


@pytest.mark.parametrize("kind", ["claim-ca", "claim-mi", "claim-sc", "claim-wi"])
def test_a_sheet_for_a_states_form_says_that_it_is_not_the_form_and_shows_every_field(kind: str) -> None:
    paper = sample_paper(kind)
    text = said(paper)
    assert "This sheet is not the official form." in text
    assert paper.boxes
    assert [box for box in paper.boxes if box.label not in text or box.value not in text] == []


def test_what_is_not_known_of_the_case_is_a_line_to_write_on() -> None:
    text = said(bare("claim"))
    assert "Case no. ____" in text
    assert "Court: ____" in text


def test_a_court_that_is_paid_nothing_yet_is_told_that_a_fee_will_be_paid() -> None:
    text = said(replace(sample_paper("court-cover"), filing_fee_cents=0))
    assert "if there is one, please call and we will pay it at once" in text
    assert "by the enclosed check" not in text


def test_the_totals_below_the_accounts_are_their_sums() -> None:
    lines = said(sample_paper("claim")).splitlines()
    at = lines.index("Total")
    assert lines[at + 1 : at + 6] == ["$50,477.50", "$36,682.00", "$7,796.41", "$125.00", "$5,874.09"]
    paper = sample_paper("claim")
    added = (paper.charges_cents, paper.insurance_cents, paper.adjustments_cents, paper.paid_cents)
    assert added == (5_047_750, 3_668_200, 779_641, 12_500)
    assert added[0] - sum(added[1:]) == paper.total_cents


def test_a_claim_whose_parts_do_not_add_up_is_not_written() -> None:
    paper = sample_paper("claim")
    with pytest.raises(LetterFault, match="its parts are"):
        replace(paper, claim=Claim(paper.total_cents, 1, 1, paper.total_cents, 0, "services", sworn=False))


def test_the_creditors_logo_heads_a_letter() -> None:
    picture = png(60, 20)
    logo = logo_from(picture, "logo.png")
    paper = sample_paper("condolence")
    paper = replace(paper, creditor=replace(paper.creditor, logo=logo))
    with ZipFile(io.BytesIO(estate_template("condolence").render(paper, {logo.digest: picture}))) as archive:
        assert logo.rel in archive.read("word/document.xml").decode()


def own(folder: Path, kind: str, *paragraphs: str) -> Path:
    """A practice's templates folder with its own template of a kind."""
    (folder / "estate").mkdir(exist_ok=True)
    (folder / "estate" / f"{kind}.docx").write_bytes(template_with(*paragraphs))
    return folder


def test_a_practices_own_template_goes_before_the_shipped_one_and_an_edited_file_is_read_anew(tmp_path: Path) -> None:
    paper = sample_paper("claim")
    own(tmp_path, "claim", "We claim {{ claim.amount_cents|money }}.")
    assert words(estate_template("claim", [tmp_path]).render(paper)) == "We claim $5,874.09."
    assert estate_template("claim", [tmp_path]) is estate_template("claim", [tmp_path])
    own(tmp_path, "claim", "Edited: {{ matter }}.")
    assert words(estate_template("claim", [tmp_path]).render(paper)) == "Edited: E-000042."
    assert estate_template("index", [tmp_path]) is estate_template("index")


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("inquiry", "{{ total_cents|money }}", "may not show total_cents"),
        ("apology", "{% for a in accounts %}{{ a.number }}{% endfor %}", "may not show accounts, accounts.number"),
        ("claim", "{{ claim.amont_cents|money }}", 'did you mean "claim.amount_cents"'),
        ("claim", "{{ matter() }}", "a call with"),
    ],
)
def test_a_practices_own_template_that_cannot_be_used_is_refused_with_its_reason(
    tmp_path: Path, kind: str, text: str, told: str
) -> None:
    with pytest.raises(LetterError, match=re.escape(told)):
        estate_template(kind, [own(tmp_path, kind, text)])


def test_a_kind_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownKind, match='did you mean "condolence"'):
        estate_template("condolance")


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_in_a_sample_is_made_up(kind: str) -> None:
    phones = re.findall(r"\(\d{3}\) (\d{3}-\d{4})", str(plain(sample_paper(kind))))
    assert phones
    assert [phone for phone in phones if not phone.startswith("555-01")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_passes_the_check(kind: str) -> None:
    found = estate_fields_found(FOLDER / f"{kind}.docx")
    assert found.problems == () and "decedent.name" in found.fields


@pytest.mark.parametrize(
    ("kind", "text", "told", "where"),
    [
        ("claim", "We claim {{ claim.amont_cents|money }}.", 'did you mean "claim.amount_cents"', "We claim"),
        ("inquiry", "You owe {{ total_cents|money }}.", "may not show total_cents", "You owe"),
        ("claim", "{%p if due %}", "is left open", "if due"),
        ("claim", "{{ claim.amount_cents|mony }}", "mony", "claim.docx"),
    ],
)
def test_the_check_says_what_is_wrong_with_an_estate_template_and_where(
    tmp_path: Path, kind: str, text: str, told: str, where: str
) -> None:
    (problem,) = estate_fields_found(own(tmp_path, kind, text) / "estate" / f"{kind}.docx").problems
    assert told in str(problem) and where in str(problem)


def test_a_template_of_no_kind_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownKind, match='did you mean "condolence"'):
        estate_fields_found(tmp_path / "condolance.docx")
