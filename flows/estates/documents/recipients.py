"""Who may receive a document: by its type, by the authority of the party, and by the letter rules."""

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from compliance.check import check
from compliance.decisions import Block
from compliance.estate_contacts import Asked, why_not
from compliance.facts import LawWord
from compliance.rules import StepKind
from flows.estates.documents.claim_forms import CLAIM_FORMS, claim_kind
from flows.estates.documents.compose import DocumentRequest
from flows.estates.documents.matter_file import MatterFile
from flows.estates.matters.addressed import not_whole
from flows.estates.matters.queries import HOLD, PARTY
from letters.estate.kinds import PAPERS, PaperKind, Reader
from models.columns import AnyRow, in_keys
from models.enums import HoldKind
from models.errors import BadInput, NotFound, Refused
from models.estate_enums import Authority, MatterState, PartyRole
from models.labels import label_of
from models.labels import plain as word_label
from models.remedies import Remedy

FIRST_LETTER_DAYS = 21
"""No letter is sent to the family in the first weeks after a death: the desk's rule (estates.md, 5)."""

READERS: Mapping[PartyRole, Reader] = {
    PartyRole.REPRESENTATIVE: Reader.REPRESENTATIVE,
    PartyRole.ESTATE_ATTORNEY: Reader.REPRESENTATIVE,
    PartyRole.OUR_ATTORNEY: Reader.OUR_ATTORNEY,
    PartyRole.SPOUSE: Reader.HOUSEHOLD,
    PartyRole.HOUSEHOLD: Reader.HOUSEHOLD,
    PartyRole.COURT: Reader.COURT,
}
"""The recipient type for each role. A document for the representative can also be sent to the estate's attorney."""

ADDRESSED_TO: Mapping[Authority, str] = {
    Authority.LETTERS: "personal_representative",
    Authority.SMALL_ESTATE: "personal_representative",
    Authority.INFORMAL: "personal_representative",
    Authority.SPOUSE: "spouse",
    Authority.ATTORNEY: "attorney",
}
"""The name of each authority in the letter rules."""


def refuse_unlawful(
    conn: Connection, matter_file: MatterFile, about: PaperKind, ask: DocumentRequest, today: date
) -> None:
    """Raise Refused for a document that this recipient must not get: by its type, by authority, or by the rules."""
    matter = matter_file.matter
    _refuse_kind(matter, about, ask)
    if ask.reader is Reader.FILE:
        return
    party = next((row for row in matter_file.parties if row.id == ask.party_id), None)
    if party is None:
        raise BadInput("enter the recipient", field="to", remedy=Remedy.SHOW_MATTER)
    _refuse_beside_holder(matter_file, about, party)
    represented = any(row.role == PartyRole.ESTATE_ATTORNEY.value for row in matter_file.parties)
    role, authority = PartyRole(party.role), Authority(party.authority)
    sent = [row for row in matter_file.papers if row.party_id == party.id and not PAPERS[row.kind].names_debt]
    asked = Asked(
        authority,
        names_debt=about.names_debt,
        formal=about.formal,
        represented=represented and role in (PartyRole.REPRESENTATIVE, PartyRole.SPOUSE),
        asked_before=sum(row.kind == "inquiry" for row in sent) if about.name == "inquiry" else 0,
        asked_more=party.asked_more,
    )
    if (refused := why_not(asked)) is not None:
        raise Refused(f"{refused.reason} ({refused.rule}, {refused.citation})")
    if about.name in ("inquiry", "condolence"):
        first = matter.death_on + timedelta(FIRST_LETTER_DAYS) if matter.death_on else today
        if today < first:
            raise Refused(
                f"no letters are sent to the family for {FIRST_LETTER_DAYS} days",
                f"write on {first} or later (estate-first-letter, practice policy)",
            )
    if role not in (PartyRole.COURT, PartyRole.OUR_ATTORNEY) and about.names_debt and not about.formal:
        _check_rules(conn, matter_file, authority, today)
    if ask.reader in POSTED and (lacks := not_whole(party)):
        raise Refused(
            lacks,
            "end the party's role, and add the party again with the address",
            remedy=Remedy.END_PARTY,
            party=party.id,
        )


POSTED = frozenset({Reader.HOUSEHOLD, Reader.REPRESENTATIVE, Reader.COURT})
"""Recipients by mail. A document for our own attorney is sent in the packet."""

WITHOUT_LETTERS = frozenset({Authority.SPOUSE.value, Authority.INFORMAL.value})
"""They act for the decedent only while no representative is appointed."""


def _refuse_beside_holder(matter_file: MatterFile, about: PaperKind, party: AnyRow) -> None:
    """Raise Refused for an inquiry or a letter to someone other than the party who acts for the estate."""
    holder = _holder(matter_file)
    if holder is None or about.formal:
        return
    instead = f"write to party {holder.id}"
    if about.name == "inquiry":
        by = "letters" if holder.authority == Authority.LETTERS.value else "the small-estate affidavit"
        raise Refused(f"{holder.name} holds {by}", f"no inquiry is needed: {instead}", field="to")
    if party.authority in WITHOUT_LETTERS:
        raise Refused(
            f"party {holder.id} acts for the estate ({label_of(Authority, holder.authority).lower()}); party "
            f"{party.id} does not",
            instead,
            field="to",
        )


def _holder(matter_file: MatterFile) -> AnyRow | None:
    """The party who was appointed, or acts by the small-estate affidavit."""
    by = (Authority.LETTERS.value, Authority.SMALL_ESTATE.value)
    return next((row for row in matter_file.parties if row.authority in by), None)


def _refuse_kind(matter: AnyRow, about: PaperKind, ask: DocumentRequest) -> None:
    """Raise Refused for a document type that does not fit the matter now, or is for other recipients."""
    if about.name == "apology" and matter.state != MatterState.ANNULLED.value:
        raise Refused(
            f"an apology states that the report of death was wrong, but the state of matter "
            f"{matter.id} is {label_of(MatterState, matter.state)}",
            "annul the report of death first",
            remedy=Remedy.UNDO_DEATH,
            matter=matter.id,
        )
    if about.name in CLAIM_FORMS.values() and about.name != claim_kind(matter.jurisdiction):
        raise Refused(
            f"{about.name} is for the courts of {about.name[-2:].upper()}, and this estate is in "
            f"{matter.jurisdiction or 'an unknown state'}",
            f"write {claim_kind(matter.jurisdiction)}",
        )
    if MatterState(matter.state) is MatterState.REPORTED and about.names_debt:
        raise Refused(
            f"the death in matter {matter.id} is only reported", "confirm the death first", remedy=Remedy.TAKE_STEP
        )
    if ask.reader not in about.readers:
        said = ", ".join(word_label(reader).lower() for reader in about.readers)
        raise Refused(f"the document {about.name} is for: {said}; not for: {word_label(ask.reader).lower()}")


def _check_rules(conn: Connection, matter_file: MatterFile, authority: Authority, today: date) -> None:
    """Apply the letter rules: bankruptcy, an attorney, a cease-communication request."""
    kinds = set(
        conn.execute(
            sa.select(HOLD.c.kind).where(
                sa.or_(
                    HOLD.c.person_id == matter_file.person.id,
                    in_keys(HOLD.c.account_id, [account.id for account in matter_file.accounts]),
                ),
                HOLD.c.cleared_on.is_(None),
            )
        ).scalars()
    )
    flags = {
        HoldKind.BANKRUPTCY.value: "bankruptcy_stay",
        HoldKind.CEASE.value: "cease_communication",
        HoldKind.DISPUTE.value: "disputed",
    }
    for account in matter_file.accounts:
        facts = {
            "actor": "first_party",
            "step.kind": "letter",
            "step.channel": "letter",
            "step.letter_kind": LawWord.REMINDER_1.value,
            "account.payer_class": account.payer_class,
            "account.balance_cents": account.balance_cents,
            "person.deceased_on": matter_file.matter.death_on,
            "contact.addressed_to": ADDRESSED_TO.get(authority, "other"),
            "account.flags": tuple(flags[kind] for kind in sorted(kinds) if kind in flags),
        }
        found = check(StepKind.LETTER, facts, today)
        if isinstance(found, Block):
            raise Refused(f"account {account.number}: {found.reason} ({found.rule}, {found.citation})")


def reader_of(conn: Connection, party_id: int | None, about: PaperKind) -> Reader:
    """The recipient type of a document, by the party it is sent to. Without a party it is for the file."""
    if party_id is None:
        return Reader.FILE if Reader.FILE in about.readers else about.readers[0]
    row = conn.execute(sa.select(PARTY).where(PARTY.c.id == party_id)).first()
    if row is None:
        raise NotFound(f"party {party_id} was not found", remedy=Remedy.SHOW_MATTER)
    role = PartyRole(row.role)
    if role is PartyRole.SPOUSE and about.names_debt:
        return Reader.REPRESENTATIVE
    return READERS[role]
