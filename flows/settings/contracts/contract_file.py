"""Reading the contract with an agency, and the pools: YAML that a manager writes, every error with its line."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field

from flows.settings.contracts.terms import (
    Address,
    Folder,
    Licence,
    Member,
    Pool,
    Rate,
    Role,
    Seal,
    Sealing,
    Sftp,
    Terms,
)
from flows.settings.tables.reading import read_words, refuse
from flows.settings.tables.words import Days, Money, Name, Text
from flows.settings.tables.yaml_text import nearest
from models.enums import PayerClass

State = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Line = Annotated[str, Field(min_length=1, max_length=120)]


class ContactText(Text):
    """Where an agency is."""

    address1: Line
    address2: Line | None = None
    city: Line
    state: State
    zip: Annotated[str, Field(pattern=r"^\d{5}(-\d{4})?$")]
    phone: Line
    person: Line | None = None
    email: Line | None = None


class AgreementText(Text):
    """The business associate agreement."""

    signed: date
    ends: date | None = None


class ContractText(Text):
    """The contract and its terms."""

    begins: date
    ends: date | None = None
    charity_terms: bool = False
    keeps_records: bool = False
    part2: bool = False
    furnisher_notice: bool = False
    remits_net: bool = True
    earns_after_days: Days = 30
    acknowledge_days: Days = 3
    suspend_days: Annotated[int, Field(ge=1, le=365)] = 30
    recall_after_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    adjust_percent: Annotated[int, Field(ge=0, le=100)] = 0


class LicenceText(Text):
    """A license."""

    state: State
    number: Line
    until: date


class RateText(Text):
    """A line of the commission."""

    percent: Percent
    older_than_days: Days | None = None
    at_least: Money | None = None
    below: Money | None = None


class CapsText(Text):
    """The most that is placed with it in a month."""

    accounts: Annotated[int, Field(ge=0)] | None = None
    dollars: Money | None = None


class FolderText(Text):
    """A folder for files to it, and one for files from it."""

    put: Line
    get: Line | None = None


class SftpText(Text):
    """A server for files."""

    host: Line
    port: Annotated[int, Field(ge=1, le=65_535)] = 22
    user: Line
    key: Line
    known_hosts: Line
    put: Line = "."
    get: Line | None = None
    taken_at_once: bool = False


class TransportText(Text):
    """How files travel: exactly one of the two."""

    folder: FolderText | None = None
    sftp: SftpText | None = None


class SealText(Text):
    """How files are encrypted: for their public key, opened with our private one; files that hold them."""

    age: Line | None = None
    pgp: Line | None = None
    open_with: Line | None = None


class AgencyText(Text):
    """The whole file."""

    agency: Name
    name: Line
    tier: Annotated[int, Field(ge=1, le=3)] = 1
    contact: ContactText
    business_associate_agreement: AgreementText
    contract: ContractText
    licences: list[LicenceText] = Field(default_factory=list[LicenceText])
    no_licence_needed: list[State] = Field(default_factory=list[State])
    rates: Annotated[list[RateText], Field(min_length=1)]
    direct_percent: Percent | None = None
    caps: CapsText = CapsText()
    layout: Name
    transport: TransportText
    seal: SealText = SealText()


class MemberText(Text):
    """An agency of a pool."""

    agency: Name
    weight: Annotated[int, Field(ge=0, le=1_000)]


class PoolText(Text):
    """A pool."""

    agencies: Annotated[list[MemberText], Field(min_length=1)]
    champion: Name | None = None
    keep_together: bool = True
    notice_letter: bool = False
    leave_out: list[PayerClass] = Field(default_factory=list[PayerClass])


class PoolsText(Text):
    """All pools of the practice."""

    pools: dict[Name, PoolText]


@lru_cache(64)
def terms_from(text: str, file: str = "agency") -> Terms:
    """The contract with an agency in a file. Raises BadSchedule with every error, each with its line."""
    words, document = read_words(text, file, AgencyText)
    _check(words, document, file)
    contract, agreement = words.contract, words.business_associate_agreement
    return Terms(
        code=words.agency,
        name=words.name,
        tier=words.tier,
        at=Address(**words.contact.model_dump()),
        baa_from=agreement.signed,
        baa_ends=agreement.ends,
        contract_from=contract.begins,
        contract_ends=contract.ends,
        rates=tuple(map(_rate, words.rates)),
        layout=words.layout,
        transport=_transport(words.transport),
        charity_terms=contract.charity_terms,
        keeps_records=contract.keeps_records,
        part2=contract.part2,
        furnisher_notice=contract.furnisher_notice,
        licences=tuple(Licence(one.state, one.number, one.until) for one in words.licences),
        no_licence_needed=frozenset(words.no_licence_needed),
        direct_bp=None if words.direct_percent is None else int(words.direct_percent * 100),
        net=contract.remits_net,
        most_accounts=words.caps.accounts,
        most_cents=_cents(words.caps.dollars),
        suspend_days=contract.suspend_days,
        recall_after_days=contract.recall_after_days,
        earns_after_days=contract.earns_after_days,
        acknowledge_days=contract.acknowledge_days,
        adjust_percent=contract.adjust_percent,
        sealing=_sealing(words.seal),
    )


def _check(words: AgencyText, document: Any, file: str) -> None:
    """Check what a single word can't show."""
    if (words.transport.folder is None) == (words.transport.sftp is None):
        raise refuse(file, document, ("transport",), "needs exactly one of folder and sftp")
    if words.seal.age is not None and words.seal.pgp is not None:
        raise refuse(file, document, ("seal",), "can have age or pgp, not both; remove one")
    first = words.rates[0]
    if (first.older_than_days, first.at_least, first.below) != (None, None, None):
        message = "the first line must apply to every account; later lines can have older_than_days, at_least, below"
        raise refuse(file, document, ("rates", 0), message)
    for place, (name, begins, ends) in enumerate(
        (
            (
                "business_associate_agreement",
                words.business_associate_agreement.signed,
                words.business_associate_agreement.ends,
            ),
            ("contract", words.contract.begins, words.contract.ends),
        )
    ):
        if ends is not None and ends < begins:
            began = "signed" if place == 0 else "begins"
            raise refuse(file, document, (name, "ends"), f"{ends} is before {began} ({begins}); correct one of them")


def _rate(line: RateText) -> Rate:
    return Rate(int(line.percent * 100), line.older_than_days, _cents(line.at_least), _cents(line.below))


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def _transport(words: TransportText) -> Folder | Sftp:
    if words.folder is not None:
        return Folder(words.folder.put, words.folder.get)
    assert words.sftp is not None
    return Sftp(**words.sftp.model_dump())


def _sealing(words: SealText) -> Sealing:
    if words.age is not None:
        return Sealing(Seal.AGE, words.age, words.open_with)
    if words.pgp is not None:
        return Sealing(Seal.PGP, words.pgp, words.open_with)
    return Sealing(open_with=words.open_with)


def pools_from(text: str, terms: Mapping[str, Terms], file: str = "agency-pools") -> dict[str, Pool]:
    """The pools of a text, of the published agencies. Raises BadSchedule with the error and its line."""
    words, document = read_words(text, file, PoolsText)
    for name, pool in words.pools.items():
        codes = [member.agency for member in pool.agencies]
        for place, code in enumerate(codes):
            where = ("pools", name, "agencies", place)
            if code not in terms:
                message = f'there is no agency "{code}"{nearest(code, _known(terms))}; publish it first'
                raise refuse(file, document, where, message)
            if code in codes[:place]:
                raise refuse(file, document, where, f'"{code}" is listed twice; keep one line')
        if pool.champion is not None and pool.champion not in codes:
            message = f'"{pool.champion}" is not in the pool{nearest(pool.champion, codes)}'
            raise refuse(file, document, ("pools", name, "champion"), message)
        if not any(member.weight for member in pool.agencies):
            raise refuse(
                file,
                document,
                ("pools", name, "agencies"),
                "no agency has a weight above 0; enter one",
            )
    return {name: _pool(name, pool, terms) for name, pool in words.pools.items()}


def _known(terms: Mapping[str, Terms]) -> Collection[str]:
    return list(terms)


def _pool(name: str, words: PoolText, terms: Mapping[str, Terms]) -> Pool:
    members = tuple(
        Member(terms[one.agency], one.weight, Role.CHAMPION if one.agency == words.champion else Role.CHALLENGER)
        for one in words.agencies
    )
    return Pool(name, members, words.keep_together, words.notice_letter, frozenset(words.leave_out))
