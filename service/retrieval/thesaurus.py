"""Words that annual reports and their readers use for the same thing."""

from __future__ import annotations

from ..embedding.features import stem

# One group a line; general business English, not the vocabulary of one collection.
GROUPS = """
repurchase repurchases buyback buybacks bought buy
stock share shares
holder holders shareholder shareholders stockholder stockholders
rival rivals competitor competitors competition compete competes competitive
employee employees staff personnel workforce worker workers headcount people
hire hiring recruit recruiting retain attract talent staffing labour labor
supplier suppliers vendor vendors
supply sourced source sources outside third-party
customer customers client clients buyer buyers
lawsuit lawsuits litigation proceeding proceedings case dispute claim suit sued legal inquiry
regulation regulations regulatory regulator regulators legislation lawmakers rules law laws
reserve reserves provision accrual accrued
accrued payable owed owe owes liability liabilities
owned own owns lease leased leases rent rented
property properties site sites facility facilities premises buildings offices locations
property equipment plant fixed tangible ppe
dividend dividends payout distribution distributed
debt borrowing borrowings loan loans notes leverage
hedge hedges hedged hedging derivative derivatives
currency currencies exchange foreign
acquire acquired acquisition acquisitions takeover merger
revenue revenues sales sell sold turnover
cash money
size large big
sheet accounts books
profit profits earnings income
loss losses
fall fell decline declined decrease decreased drop dropped lower
rise rose increase increased grow grew growth higher
change changes changed
cyber cybersecurity hacker hackers intruder intruders attack attacks breach breaches intrusion
privacy personal
patent patents trademark trademarks copyright invention inventions intellectual
weakness weak vulnerability vulnerable
segment segments division divisions
offering offerings product products
impairment impaired impair write-down writedown
noncurrent long-term longterm
compensation pay payroll wages salaries salary benefits
commitment commitments obligation obligations committed
facility credit line revolving
forecast guidance outlook plan planning expect expects
factor factors driver drivers reason reasons drove cause causes
pension pensions retirement postretirement
protect protection guard safeguard secure
threat threats risk risks danger
insure insurance insured
tax taxes taxation
audit audits auditor auditors
effective ineffective
director directors board
""".strip()

_BY_STEM: dict[str, frozenset[str]] = {}
for _line in GROUPS.splitlines():
    _group = frozenset(stem(word) for part in _line.split() for word in part.split("-"))
    for _term in _group:
        _BY_STEM[_term] = _BY_STEM.get(_term, frozenset()) | _group


def relatives(term: str) -> frozenset[str]:
    """The stems that may stand for `term`, without itself."""
    return _BY_STEM.get(term, frozenset()) - {term}
