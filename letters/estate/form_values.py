"""What goes into a court's form: the data of an estate document as the text of each field. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from letters.estate.data import EstatePaper
from letters.wording.values import date
from models.values import dollars


class FormValue(StrEnum):
    """A value that a field of a court's form can have."""

    AMOUNT = "amount"
    AMOUNT_DUE = "amount_due"
    AMOUNT_CONTINGENT = "amount_contingent"
    ATTORNEY = "attorney"
    ATTORNEY_ADDRESS = "attorney_address"
    ATTORNEY_EMAIL = "attorney_email"
    ATTORNEY_FIRM = "attorney_firm"
    ATTORNEY_NUMBER = "attorney_number"
    ATTORNEY_PHONE = "attorney_phone"
    BASIS = "basis"
    CASE_NUMBER = "case_number"
    COUNTY = "county"
    COURT = "court"
    CREDITOR = "creditor"
    CREDITOR_ADDRESS = "creditor_address"
    CREDITOR_PHONE = "creditor_phone"
    DATE = "date"
    DATE_OF_DEATH = "date_of_death"
    DECEDENT = "decedent"
    REPRESENTATIVE = "representative"
    REPRESENTATIVE_ADDRESS = "representative_address"
    SERVICES_FROM = "services_from"
    SERVICES_TO = "services_to"
    SIGNER = "signer"
    SIGNER_TITLE = "signer_title"


def form_values(data: EstatePaper) -> Mapping[FormValue, str]:
    """Each value as text; empty where it is not known."""
    claim, counsel, holder = data.claim, data.counsel, data.representative
    firsts = [one.service_from for one in data.accounts]
    lasts = [one.service_to for one in data.accounts]
    return {
        FormValue.AMOUNT: "" if claim is None else dollars(claim.amount_cents),
        FormValue.AMOUNT_DUE: "" if claim is None else dollars(claim.due_cents),
        FormValue.AMOUNT_CONTINGENT: "" if claim is None else dollars(claim.contingent_cents),
        FormValue.ATTORNEY: "" if counsel is None else counsel.name,
        FormValue.ATTORNEY_ADDRESS: "" if counsel is None else ", ".join(counsel.address_lines),
        FormValue.ATTORNEY_EMAIL: "" if counsel is None else counsel.email,
        FormValue.ATTORNEY_FIRM: "" if counsel is None else counsel.firm,
        FormValue.ATTORNEY_NUMBER: "" if counsel is None else counsel.bare_number,
        FormValue.ATTORNEY_PHONE: "" if counsel is None else counsel.phone,
        FormValue.BASIS: "" if claim is None else claim.basis,
        FormValue.CASE_NUMBER: data.case.number,
        FormValue.COUNTY: data.case.county,
        FormValue.COURT: data.case.court,
        FormValue.CREDITOR: data.creditor.name,
        FormValue.CREDITOR_ADDRESS: ", ".join((*data.creditor.address_lines, data.creditor.city_line)),
        FormValue.CREDITOR_PHONE: data.creditor.phone,
        FormValue.DATE: date(data.sheet.date),
        FormValue.DATE_OF_DEATH: date(data.decedent.died_on),
        FormValue.DECEDENT: data.decedent.name,
        FormValue.REPRESENTATIVE: "" if holder is None else holder.name,
        FormValue.REPRESENTATIVE_ADDRESS: "" if holder is None else ", ".join(holder.address_lines),
        FormValue.SERVICES_FROM: date(min(firsts)) if firsts else "",
        FormValue.SERVICES_TO: date(max(lasts)) if lasts else "",
        FormValue.SIGNER: data.signer.name,
        FormValue.SIGNER_TITLE: data.signer.title,
    }
