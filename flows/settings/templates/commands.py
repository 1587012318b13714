"""Storing templates and logos permanently, and stopping a kind of letter that is wrong."""

import hashlib

import sqlalchemy as sa

from flows.settings.templates.queries import PAPER, REJECTED
from letters.docx.envelope import JOINED
from letters.docx.shelf import Shelf
from letters.docx.template import Template
from models import Paper, RejectedPaper
from models.database import Transaction


def keep_template(tx: Transaction, shelf: Shelf, template: Template, known: set[str]) -> None:
    """Store the files that a template was made from; `known` are those already stored, and grows."""
    for digest in template.digest.split(JOINED):
        if digest not in known:
            keep(tx, *shelf.content(digest))
            known.add(digest)


def keep(tx: Transaction, name: str, content: bytes) -> None:
    """Store a file by its content. A stored one changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    if tx.conn.execute(sa.select(PAPER.c.digest).where(PAPER.c.digest == digest)).first() is None:
        tx.insert(Paper, [{"digest": digest, "name": name, "content": content, "kept_on": tx.business_date}])


def reject_paper(tx: Transaction, template_digest: str, kind: str, reason: str) -> None:
    """Letters of this template are not printed until it is corrected (and so has another digest), or released."""
    tx.conn.execute(sa.delete(REJECTED).where(REJECTED.c.template_digest == template_digest))
    row = {
        "template_digest": template_digest,
        "kind": kind,
        "reason": reason,
        "rejected_on": tx.business_date,
        "rejected_by": tx.actor,
    }
    tx.insert(RejectedPaper, [row])


def accept_kind(tx: Transaction, kind: str) -> int:
    """Release a kind of letter that was rejected; returns the number of templates that were on hold."""
    waiting = sa.and_(REJECTED.c.kind == kind, REJECTED.c.lifted_on.is_(None))
    done = tx.conn.execute(sa.update(REJECTED).where(waiting).values(lifted_on=tx.business_date, lifted_by=tx.actor))
    return done.rowcount
