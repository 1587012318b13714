"""The closed lists of words of estate matters. Each word is stored exactly as spelled here."""

from enum import StrEnum


class MatterState(StrEnum):
    """The state of a matter. `flows.estates.matters.states` lists which state follows which, who may change it, and
    what the change requires."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    INSURANCE_FIRST = "insurance_first"
    SEARCHING = "searching"
    FOUND = "found"
    CLAIM_DUE = "claim_due"
    FILED = "filed"
    DISALLOWED = "disallowed"
    SUIT_FILED = "suit_filed"
    ALLOWED = "allowed"
    ALLOWED_IN_PART = "allowed_in_part"
    COMPROMISED = "compromised"
    INSOLVENT = "insolvent"
    AWAITING_PAYMENT = "awaiting_payment"
    SMALL_ESTATE = "small_estate"
    NO_ESTATE = "no_estate"
    NOT_COST_EFFECTIVE = "not_worth_it"
    BARRED = "barred"
    CLOSED_PAID = "closed_paid"
    CLOSED_WRITTEN_OFF = "closed_written_off"
    ANNULLED = "annulled"


ENDED = frozenset({MatterState.CLOSED_PAID, MatterState.CLOSED_WRITTEN_OFF, MatterState.ANNULLED})
"""States in which a matter is closed."""


class PartyRole(StrEnum):
    """The role of a party in the matter."""

    REPRESENTATIVE = "representative"
    ESTATE_ATTORNEY = "estate_attorney"
    OUR_ATTORNEY = "our_attorney"
    SPOUSE = "spouse"
    HOUSEHOLD = "household"
    COURT = "court"


class Authority(StrEnum):
    """The authority of a party to act for the estate (12 CFR 1006.6(a)(4) and its comment 1).

    NONE may be asked one thing only: who handles the estate. OFFICE is the authority of a court or of an attorney.
    """

    LETTERS = "letters"
    SMALL_ESTATE = "small_estate"
    INFORMAL = "informal"
    SPOUSE = "spouse"
    ATTORNEY = "attorney"
    OFFICE = "office"
    NONE = "none"


class EstateFactName(StrEnum):
    """The known facts of an estate, each with its source and that source's date."""

    COUNTY = "county"
    STATE = "state"
    COURT = "court"
    CASE_NUMBER = "case_number"
    LETTERS_ISSUED = "letters_issued"
    FIRST_PUBLICATION = "first_publication"
    NOTICE_RECEIVED = "notice_received"
    NOTICE_HOW = "notice_how"
    CLAIM_BY = "claim_by"
    PROBATE_SEARCH = "probate_search"
    ASSETS = "assets"
    DEBTS_AHEAD = "debts_ahead"
    DEBTS_BESIDE = "debts_beside"
    SMALL_ESTATE = "small_estate"
    PETITION_FILED = "petition_filed"
    SPOUSE_LIABLE = "spouse_liable"
    MARRIED_ON = "married_on"
    LIVED_TOGETHER = "lived_together"
    MEDICAID_RECOVERY = "medicaid_recovery"
    PROOF_OF_DEATH = "proof_of_death"
    INSOLVENCY_FOUND = "insolvency_found"
    INDEPENDENT_ADMINISTRATION = "independent_administration"


class WriteOffReason(StrEnum):
    """Why the remaining balance of a matter's accounts is written off."""

    PAID_IN_PART = "paid_in_part"
    COMPROMISED = "compromised"
    DISALLOWED = "disallowed"
    INSOLVENT = "insolvent"
    BARRED = "barred"
    NO_ESTATE = "no_estate"
    SMALL = "small"
    SPOUSE_LIABLE = "spouse_liable"
    MEDICAID_AHEAD = "medicaid_ahead"
    WITHDRAWN = "withdrawn"


class AfterDeath(StrEnum):
    """The finding on a service that is dated after the day of death."""

    RIGHT_DATE = "right_date"
    """The service was before the death: its date was wrong, and is corrected."""
    ESTATE_OWN = "estate_own"
    """The estate ordered it: its own debt, which no claim against the deceased includes."""
    NOT_OWED = "not_owed"
    """No one owes it, such as another person's charge: it is written off."""


class ReportState(StrEnum):
    """A report of a death without a certain match: a person decides."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Stopped(StrEnum):
    """What a death stopped, so that it can continue if the report was wrong. GUARANTOR: the deceased was responsible
    for an account, and their spouse became responsible instead. The key is the person; the word is the account's
    previous state, as JSON."""

    CALL = "call"
    LETTER = "letter"
    PLACEMENT = "placement"
    PROMISE = "promise"
    DRAFTS = "drafts"
    GUARANTOR = "guarantor"


class DateKind(StrEnum):
    """A date on the calendar of a matter that no rule computes."""

    HEARING = "hearing"
    FILING = "filing"
    APPOINTMENT = "appointment"


class AttachmentKind(StrEnum):
    """What a file of a matter is."""

    LETTERS = "letters"
    STAMPED_COPY = "stamped_copy"
    DISALLOWANCE = "disallowance"
    DEATH_CERTIFICATE = "death_certificate"
    WILL = "will"
    OTHER = "other"


class DaysLeft(StrEnum):
    """How near a controlling deadline is. A number: at most so many days left, and not passed."""

    PASSED = "passed"
    WEEK = "7"
    TWO_WEEKS = "14"
    MONTH = "30"
    QUARTER = "90"
    NONE = "none"

    @property
    def at_most(self) -> int | None:
        """The most days that are left; None for a word that is no number."""
        return int(self.value) if self.value.isdecimal() else None
