"""The contract with an agency, and the pools that choose among agencies. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """The role of an agency in its pool: champion, or challenger."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"


class Seal(StrEnum):
    """How the files to an agency are encrypted."""

    NONE = "none"
    AGE = "age"
    PGP = "pgp"


@dataclass(frozen=True, slots=True)
class Licence:
    """A license to collect in a state, valid through its last day."""

    state: str
    number: str
    until: date


@dataclass(frozen=True, slots=True)
class Rate:
    """A commission in hundredths of a percent, for accounts of an age (days since the first bill) and an amount."""

    rate_bp: int
    older_than_days: int | None = None
    at_least_cents: int | None = None
    below_cents: int | None = None

    def fits(self, age_days: int | None, balance_cents: int) -> bool:
        """Whether it applies to an account of this age and balance; an unknown age counts as young."""
        return (
            (self.older_than_days is None or (age_days is not None and age_days > self.older_than_days))
            and (self.at_least_cents is None or balance_cents >= self.at_least_cents)
            and (self.below_cents is None or balance_cents < self.below_cents)
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """Files are put into a folder and fetched from another, both seen by the agency."""

    put: str
    get: str | None = None


@dataclass(frozen=True, slots=True)
class Sftp:
    """Files go over SFTP. `key` and `known_hosts` are files; the host must be known before a connection.

    `taken_at_once`: the agency removes a file as soon as it has its name, so that it may not be visible there.
    """

    host: str
    user: str
    key: str
    known_hosts: str
    port: int = 22
    put: str = "."
    get: str | None = None
    taken_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Sealing:
    """Encryption: the recipient (their public key, a file) and how their files are opened (our private key, a file)."""

    seal: Seal = Seal.NONE
    for_key: str | None = None
    open_with: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an agency, and the contact."""

    address1: str
    city: str
    state: str
    zip: str
    phone: str
    address2: str | None = None
    person: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The contract with an agency. Agreements are in force from `..._from` through `..._ends` (None: without an end).

    `direct_bp`: commission on what a patient pays to the practice; None: as on any other payment. `net`: it keeps its
    commission and remits the rest. A payment that comes within `earns_after_days` of a recall still earns.
    """

    code: str
    name: str
    tier: int
    at: Address
    baa_from: date
    baa_ends: date | None
    contract_from: date
    contract_ends: date | None
    rates: tuple[Rate, ...]
    layout: str
    transport: Folder | Sftp
    charity_terms: bool = False
    keeps_records: bool = False
    part2: bool = False
    furnisher_notice: bool = False
    licences: tuple[Licence, ...] = ()
    no_licence_needed: frozenset[str] = frozenset()
    direct_bp: int | None = None
    net: bool = True
    most_accounts: int | None = None
    most_cents: int | None = None
    suspend_days: int = 30
    recall_after_days: int | None = None
    earns_after_days: int = 30
    acknowledge_days: int = 3
    adjust_percent: int = 0
    sealing: Sealing = Sealing()

    def has_agreement(self, today: date) -> bool:
        """Whether the business associate agreement is in force (45 CFR 164.504(e))."""
        return _holds(self.baa_from, self.baa_ends, today)

    def has_contract(self, today: date) -> bool:
        """Whether the contract is in force."""
        return _holds(self.contract_from, self.contract_ends, today)

    def may_collect_in(self, state: str | None, today: date) -> bool:
        """Whether it has a license where the guarantor lives, or needs none there. An unknown state: no."""
        if state is None:
            return False
        if state in self.no_licence_needed:
            return True
        return any(one.state == state and today <= one.until for one in self.licences)

    def rate_for(self, age_days: int | None, balance_cents: int) -> int:
        """The commission, in hundredths of a percent: the last line of the contract that applies."""
        return next(rate.rate_bp for rate in reversed(self.rates) if rate.fits(age_days, balance_cents))

    def direct_for(self, rate_bp: int) -> int:
        """The commission on what is paid to the practice, for an account at a rate."""
        return rate_bp if self.direct_bp is None else self.direct_bp


def _holds(begins: date, ends: date | None, today: date) -> bool:
    return begins <= today and (ends is None or today <= ends)


@dataclass(frozen=True, slots=True)
class Member:
    """An agency in a pool, with its weight among the others."""

    terms: Terms
    weight: int
    role: Role = Role.CHALLENGER


@dataclass(frozen=True, slots=True)
class Pool:
    """Agencies to choose among. `leave_out`: payer classes that are never placed by it."""

    name: str
    members: tuple[Member, ...]
    keep_together: bool = True
    notice_letter: bool = False
    leave_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlacedNow:
    """The agency that has an account now."""

    placement_id: int
    agency: str
    placed_on: date
    last_paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Agencies:
    """All agencies and pools of the practice by name; from which balance on an account is placed, and above which only
    after a manager has reviewed it (None: always without)."""

    terms: Mapping[str, Terms] = field(default_factory=dict[str, Terms])
    pools: Mapping[str, Pool] = field(default_factory=dict[str, Pool])
    at_least_cents: int = 0
    review_over_cents: int | None = None


NO_AGENCIES = Agencies()


def commission(gross_cents: int, rate_bp: int) -> int:
    """What an agency keeps of an amount: rounded to the cent, half a cent up, the same for a reversal with a minus."""
    sign = -1 if gross_cents < 0 else 1
    return sign * ((abs(gross_cents) * rate_bp + 5_000) // 10_000)
