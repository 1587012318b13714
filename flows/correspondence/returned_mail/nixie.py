"""The USPS return reasons: the words of the yellow label, its codes, and those of electronic notices. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from models.errors import BadInput


class Nixie(StrEnum):
    """The USPS return reason, in the words of its yellow label."""

    ATTEMPTED_NOT_KNOWN = "attempted-not-known"
    INSUFFICIENT_ADDRESS = "insufficient-address"
    MOVED_LEFT_NO_ADDRESS = "moved-left-no-address"
    NOT_DELIVERABLE = "not-deliverable-as-addressed"
    NO_SUCH_NUMBER = "no-such-number"
    NO_SUCH_STREET = "no-such-street"
    NO_MAIL_RECEPTACLE = "no-mail-receptacle"
    VACANT = "vacant"
    BOX_CLOSED = "box-closed"
    FORWARDING_EXPIRED = "forward-time-expired"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    DECEASED = "deceased"
    ILLEGIBLE = "illegible"
    IN_DISPUTE = "in-dispute"
    TEMPORARILY_AWAY = "temporarily-away"


AT_THE_RIGHT_PLACE = frozenset({Nixie.REFUSED, Nixie.UNCLAIMED, Nixie.ILLEGIBLE, Nixie.TEMPORARILY_AWAY})
"""The address may be right, but the letter did not reach the person. No address search is needed."""


class NixieCode(StrEnum):
    """A code of the yellow label, and of the postal worker who wrote it."""

    ANK = "ANK"
    IA = "IA"
    MLNA = "MLNA"
    UTF = "UTF"
    NSN = "NSN"
    NSS = "NSS"
    NMR = "NMR"
    VAC = "VAC"
    REF = "REF"
    UNC = "UNC"
    DEC = "DEC"
    ILL = "ILL"
    DIS = "DIS"
    TA = "TA"


CODES: Mapping[NixieCode, Nixie] = {
    NixieCode.ANK: Nixie.ATTEMPTED_NOT_KNOWN,
    NixieCode.IA: Nixie.INSUFFICIENT_ADDRESS,
    NixieCode.MLNA: Nixie.MOVED_LEFT_NO_ADDRESS,
    NixieCode.UTF: Nixie.NOT_DELIVERABLE,
    NixieCode.NSN: Nixie.NO_SUCH_NUMBER,
    NixieCode.NSS: Nixie.NO_SUCH_STREET,
    NixieCode.NMR: Nixie.NO_MAIL_RECEPTACLE,
    NixieCode.VAC: Nixie.VACANT,
    NixieCode.REF: Nixie.REFUSED,
    NixieCode.UNC: Nixie.UNCLAIMED,
    NixieCode.DEC: Nixie.DECEASED,
    NixieCode.ILL: Nixie.ILLEGIBLE,
    NixieCode.DIS: Nixie.IN_DISPUTE,
    NixieCode.TA: Nixie.TEMPORARILY_AWAY,
}
"""The reason of each code of the yellow label."""

_NOTICES: Mapping[str, Nixie] = {
    "A": Nixie.ATTEMPTED_NOT_KNOWN,
    "E": Nixie.IN_DISPUTE,
    "G": Nixie.BOX_CLOSED,
    "I": Nixie.INSUFFICIENT_ADDRESS,
    "K": Nixie.MOVED_LEFT_NO_ADDRESS,
    "L": Nixie.ILLEGIBLE,
    "M": Nixie.NO_MAIL_RECEPTACLE,
    "N": Nixie.NO_SUCH_NUMBER,
    "P": Nixie.DECEASED,
    "Q": Nixie.NOT_DELIVERABLE,
    "R": Nixie.REFUSED,
    "S": Nixie.NO_SUCH_STREET,
    "U": Nixie.UNCLAIMED,
    "V": Nixie.VACANT,
    "W": Nixie.TEMPORARILY_AWAY,
}
"""The deliverability codes of electronic notices (ACS)."""


def reason_of(text: str) -> Nixie:
    """The USPS return reason of a text: its words, the code of the label, or that of an electronic notice.

    Raises BadInput with the list for anything else.
    """
    word = text.strip()
    code = word.upper()
    if code in _NOTICES:
        return _NOTICES[code]
    if code in set(NixieCode):
        return CODES[NixieCode(code)]
    try:
        return Nixie(word.lower().replace("_", "-").replace(" ", "-"))
    except ValueError as error:
        codes = ", ".join(NixieCode)
        raise BadInput(
            f'"{text}" is not a USPS return reason', f"the reasons are {', '.join(Nixie)}; the codes are {codes}"
        ) from error
