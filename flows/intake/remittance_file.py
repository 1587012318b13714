"""An X12 835 remittance as values: read by oxedi, checked to the cent, refused whole if it does not balance. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import oxedi

from flows.intake.reading import BOM
from models.errors import BadFile
from models.values import dollars

_AMOUNT = re.compile(r"(?:-?(?:\d{1,15}(?:\.\d{0,2}0*)?|\.\d{1,2}0*))?", re.ASCII)
"""Dollars in X12: no zero is needed before the point, and an empty value means zero."""

DENIED = "4"
REVERSED = "22"
ESTIMATE_ONLY = "25"

FORWARDED = frozenset({"19", "20", "21", "23"})
"""Forwarded to another insurer, who has not decided yet."""

PATIENT_GROUP = "PR"
WRITTEN_OFF_GROUPS = frozenset({"CO", "PI"})
"""The patient can't be billed for these: by contract, or by the payer's own decision."""
REFUSING_GROUPS = WRITTEN_OFF_GROUPS | {"OA"}

PRIOR_PAYER = frozenset({"23"})
"""CARC 23, the impact of a prior payer: it was posted when that payer paid."""

PAID_TO_PATIENT = frozenset({"100"})
"""CARC 100: the insurer paid the patient, who owes it on."""

DENIAL_CODES = frozenset(
    (
        "4 5 6 7 8 9 10 11 12 13 14 15 16 18 19 20 21 22 26 27 29 31 32 33 34 35 38 39 40 49 50 51 54 55 56 58 60 96 "
        "107 109 110 111 112 114 115 116 119 128 129 140 146 147 148 149 150 151 152 155 157 158 159 160 163 164 166 "
        "167 168 169 170 171 174 175 176 177 178 179 180 181 182 183 184 185 186 188 189 190 197 198 200 201 202 204 "
        "206 208 209 213 219 222 226 227 228 229 231 233 234 235 236 239 240 242 243 250 251 252 254 255 256 257 258 "
        "261 267 268 269 270 272 273 276 279 284 288 289 296 A1 A6 B1 B5 B7 B8 B9 B11 B13 B14 B15 B16 B20 B23"
    ).split()
)
"""Claim adjustment reason codes (X12 external code list 139) by which an insurer denies; each can be appealed."""

UNNAMED = "The insurer"
"""A payer whose remittance does not name it."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One CAS triplet: group, reason code, amount in cents."""

    group: str
    code: str
    cents: int


@dataclass(slots=True)
class Service:
    """One SVC line, in cents."""

    charged: int
    paid: int
    adjustments: list[Adjustment] = field(default_factory=list[Adjustment])


@dataclass(slots=True)
class Claim:
    """One CLP loop. `segment` is its place in the file, counted from 1."""

    segment: int
    account_number: str
    status: str
    charged: int
    paid: int
    patient: int
    payer_control: str
    adjustments: list[Adjustment] = field(default_factory=list[Adjustment])
    services: list[Service] = field(default_factory=list[Service])

    def every_adjustment(self) -> Iterator[Adjustment]:
        """Those of the claim and those of its services."""
        yield from self.adjustments
        for service in self.services:
            yield from service.adjustments

    @property
    def denied(self) -> bool:
        """Whether the insurer denied the claim or a part of it. A reversal of a denial is not a denial."""
        return self.status == DENIED or (
            self.status != REVERSED
            and any(
                one.cents and one.code in DENIAL_CODES and one.group in REFUSING_GROUPS
                for one in self.every_adjustment()
            )
        )

    @property
    def forwarded(self) -> bool:
        """Whether another insurer has not decided yet."""
        return self.status in FORWARDED

    @property
    def reversed(self) -> bool:
        """Whether the insurer reverses its earlier decision; a corrected claim follows."""
        return self.status == REVERSED

    def unsettled(self) -> int:
        """What is not paid, adjusted, denied or assigned, in cents: group OA. Needs a manual review."""
        return sum(
            one.cents
            for one in self.every_adjustment()
            if one.group == "OA" and one.code not in DENIAL_CODES | PRIOR_PAYER | PAID_TO_PATIENT
        )

    def written_off(self) -> int:
        """The contractual adjustment, in cents: not the patient's part, not a prior payer's, not a denial."""
        if self.status == DENIED:
            return 0
        return sum(
            one.cents
            for one in self.every_adjustment()
            if one.group in WRITTEN_OFF_GROUPS and one.code not in DENIAL_CODES | PRIOR_PAYER | PAID_TO_PATIENT
        )

    def patient_part(self) -> int:
        """What the insurer leaves to the patient, in cents: group PR, and what it paid to the patient."""
        return sum(
            one.cents for one in self.every_adjustment() if one.group == PATIENT_GROUP or one.code in PAID_TO_PATIENT
        )


class ProviderAdjustment(NamedTuple):
    """One amount of a PLB, in cents: above zero it lowers the payment. It belongs to no claim."""

    reason: str
    cents: int


@dataclass(slots=True)
class Remittance:
    """One ST..SE transaction: a payment with its claims. `trace` is unique within `payer_id`."""

    segment: int
    paid: int = 0
    trace: str = ""
    payer_id: str = ""
    payer: str = UNNAMED
    paid_on: str = ""
    claims: list[Claim] = field(default_factory=list[Claim])
    provider: list[ProviderAdjustment] = field(default_factory=list[ProviderAdjustment])
    closed: bool = False
    has_payment: bool = False


def read_remittances(content: bytes, name: str) -> list[Remittance]:
    """The transactions of an 835 file; raises BadFile when it is not an 835, is incomplete, or does not balance."""
    reader = _Reader(name)
    number = 0
    for interchange in interchanges(content.removeprefix(BOM), name):
        try:
            document = oxedi.parse(interchange).document
        except oxedi.ParseError:
            # The library's error message may quote the segment that failed.
            where = f"after segment {number}" if number else "from the start"
            raise BadFile(f"{name}: can't be read as an X12 835 {where}", "ask for a new file") from None
        for place in range(len(document)):
            number += 1
            segment = document[place]
            reader.take(number, _text(segment.id), [_element(one) for one in segment.elements])
    reader.end()
    for remittance in reader.remittances:
        _balance(remittance, name)
    return reader.remittances


_PADDING = b" \t\r\n\x00\x1a"
"""What mail gateways and old transfer programs put around segments and after the last one: blanks, line ends, NULs,
and the Ctrl-Z by which CP/M ended a text."""

_ISA_LENGTH = 105
"""An ISA segment has a fixed length: its element separator is byte 3, its terminator the byte after it."""


def interchanges(content: bytes, name: str) -> Iterator[bytes]:
    """The interchanges of a file, each from ISA to IEA with the delimiters that its own ISA declares, without the
    padding around segments. Raises BadFile for a file without an ISA, and for data between two interchanges."""
    rest = content.strip(_PADDING)
    if rest[:3] != b"ISA":
        raise BadFile(
            f"{name}:1: the file has no ISA envelope", "ask the sender for the complete interchange, from ISA to IEA"
        )
    if b"\n" in rest[:_ISA_LENGTH]:
        # A transfer program broke the file into lines of one length, in the middle of segments.
        rest = rest.replace(b"\r", b"").replace(b"\n", b"")
    while rest:
        if rest[:3] != b"ISA":
            raise BadFile(f"{name}: unknown data follows an IEA segment", "ask for a new file")
        found, rest = _first_interchange(rest)
        yield found


def _first_interchange(content: bytes) -> tuple[bytes, bytes]:
    """The first interchange and what follows it. Some senders put blanks before each terminator, as `~`: then the byte
    at the terminator's place is a blank, and the terminator is the first byte that is not."""
    at = _ISA_LENGTH
    while content[at : at + 1] in (b" ", b"\t") and content[at + 1 : at + 2].strip() not in (b"", b"G"):
        at += 1
    separator, terminator = content[3:4], content[at : at + 1]
    if not terminator:
        return content, b""
    segments: list[bytes] = []
    place = 0
    while place < len(content):
        end = content.find(terminator, place)
        end = len(content) if end < 0 else end
        segment = content[place:end].strip(_PADDING)
        place = end + 1
        if segment:
            segments.append(segment)
        if segment.startswith(b"IEA" + separator):
            break
    return terminator.join([*segments, b""]), content[place:].strip(_PADDING)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip()


def _element(raw: bytes | list[bytes]) -> str:
    if isinstance(raw, bytes):
        return _text(raw)
    return _text(raw[0]) if raw else ""


class _Reader:
    """Reads the segments of a file and collects its transactions."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.remittances: list[Remittance] = []
        self._last = ""
        self._segment = 0

    def take(self, number: int, tag: str, parts: Sequence[str]) -> None:
        if not tag:
            return  # an empty line after the last segment
        self._last, self._segment = tag, number

        def part(index: int) -> str:
            return parts[index - 1] if len(parts) >= index else ""

        if tag == "ST":
            if part(1) != "835":
                raise BadFile(f"{self.name}: segment {number}: is a transaction {part(1)}, not an 835")
            self._still_open()
            self.remittances.append(Remittance(number))
            return
        if not self.remittances or self.remittances[-1].closed:
            return
        now = self.remittances[-1]
        match tag:
            case "BPR":
                now.has_payment = True
                now.paid = self._cents(part(2))
                now.paid_on = part(16)
                if part(3) == "D":
                    now.paid = -now.paid
            case "TRN":
                now.trace, now.payer_id = part(2), part(3)
            case "N1" if part(1) == "PR":
                now.payer = part(2) or now.payer
            case "CLP":
                charged, paid, patient = self._cents(part(3)), self._cents(part(4)), self._cents(part(5))
                now.claims.append(Claim(number, part(1), part(2), charged, paid, patient, part(7)))
            case "SVC" if now.claims:
                now.claims[-1].services.append(Service(self._cents(part(2)), self._cents(part(3))))
            case "CAS" if now.claims:
                claim = now.claims[-1]
                target = claim.services[-1].adjustments if claim.services else claim.adjustments
                target.extend(self._adjustments(parts))
            case "PLB":
                now.provider.extend(self._provider(parts))
            case "SE":
                now.closed = True
            case _:
                pass

    def _adjustments(self, parts: Sequence[str]) -> Iterator[Adjustment]:
        for start in range(1, len(parts), 3):
            if parts[start] and len(parts) > start + 1:
                yield Adjustment(parts[0], parts[start], self._cents(parts[start + 1]))

    def _provider(self, parts: Sequence[str]) -> Iterator[ProviderAdjustment]:
        for reason, amount in zip(parts[2::2], parts[3::2], strict=False):
            yield ProviderAdjustment(reason, self._cents(amount))

    def _cents(self, text: str) -> int:
        if _AMOUNT.fullmatch(text) is None:
            raise BadFile(
                f"{self.name}: segment {self._segment}: has an amount that is not in dollars and cents",
                "ask for a new file",
            )
        return int(Decimal(text or "0") * 100)

    def _still_open(self) -> None:
        if self.remittances and not self.remittances[-1].closed:
            raise BadFile(
                f"{self.name}: segment {self._segment}: the transaction that begins at segment "
                f"{self.remittances[-1].segment} has no SE",
                "the file is damaged; ask for a new file",
            )

    def end(self) -> None:
        """Raise BadFile unless the file ended as it should."""
        if not self.remittances:
            raise BadFile(f"{self.name}: has no ST*835 transaction")
        self._still_open()
        if self._last != "IEA":
            raise BadFile(
                f"{self.name}: segment {self._segment}: the file does not end with an IEA segment",
                "the file is incomplete; ask for a new file",
            )


def _balance(remittance: Remittance, name: str) -> None:
    if not remittance.has_payment:
        raise BadFile(f"{name}: segment {remittance.segment}: has no payment (BPR)", "ask for a new file")
    if not remittance.trace:
        raise BadFile(f"{name}: segment {remittance.segment}: has no trace number (TRN)", "ask for a new file")
    for place, claim in enumerate(remittance.claims, 1):
        off = claim.charged - claim.paid - sum(one.cents for one in claim.every_adjustment())
        if off:
            raise BadFile(
                f"{name}: segment {claim.segment}: claim {place} of the payment is off by {dollars(off)}: charged "
                f"{dollars(claim.charged)}, paid {dollars(claim.paid)}, adjusted "
                f"{dollars(claim.charged - claim.paid - off)}",
                "nothing in the file was imported",
            )
    total = sum(claim.paid for claim in remittance.claims) - sum(one.cents for one in remittance.provider)
    if total != remittance.paid:
        raise BadFile(
            f"{name}: segment {remittance.segment}: the payment is {dollars(remittance.paid)}, but its claims minus "
            f"provider adjustments total {dollars(total)}: off by {dollars(remittance.paid - total)}",
            "nothing in the file was imported",
        )
