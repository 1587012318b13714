"""Several sheets in one envelope as one template: a letter, its English version, and the enclosures.

The sheets use the paper and the styles of the first: an enclosure follows the look of a letter that the practice
designed. Each sheet begins on its own page, numbered from 1.
"""

import re
from collections.abc import Sequence

from letters.docx.package import DOCUMENT, DOCUMENT_RELS, Package
from letters.docx.pictures import EMPTY_RELS
from letters.docx.template import Template, patched, section_break, take_apart
from letters.errors import LetterError

_STYLE_USED = re.compile(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"')
_STYLE_DEFINED = re.compile(rb'w:styleId="([^"]+)"')
_NAMESPACE = re.compile(r'\sxmlns:(\w+)="([^"]+)"')
_LINK = re.compile(rb"<Relationship\b[^>]*?/>")
_ID = re.compile(rb'\bId="([^"]+)"')
_TARGET = re.compile(rb'\bTarget="([^"]+)"')
_LINK_USED = re.compile(r'(r:(?:embed|id|link|pict))="([^"{]+)"')

JOINED = "+"
"""The separator between the digests of an envelope's sheets."""


def put_together(sheets: Sequence[Package]) -> Template:
    """One template of these sheets, in this order; its digest contains each of theirs.

    Raises `LetterError` if a sheet uses a style that the first does not have.
    """
    if len(sheets) == 1:
        return Template(sheets[0])
    first = sheets[0]
    parts = dict(first.parts)
    letter = take_apart(patched(parts[DOCUMENT].decode()), first.name)
    head, body = letter.head, letter.body
    for number, sheet in enumerate(sheets[1:], start=2):
        _refuse_strange_styles(first, sheet)
        own = take_apart(patched(sheet.parts[DOCUMENT].decode()), sheet.name)
        head = _with_namespaces(head, own.head)
        body += section_break(letter.section) + _with_links(own.body, sheet, parts, number)
    parts[DOCUMENT] = (head + body + letter.section + letter.tail).encode()
    digest = JOINED.join(sheet.digest for sheet in sheets)
    return Template(Package(first.name, digest, parts), sheets=len(sheets))


def _refuse_strange_styles(first: Package, sheet: Package) -> None:
    known = {name.decode() for name in _STYLE_DEFINED.findall(first.parts.get("word/styles.xml", b""))}
    strange = sorted(set(_STYLE_USED.findall(sheet.parts[DOCUMENT].decode())) - known)
    if strange:
        raise LetterError(
            f"{sheet.name} uses the styles {', '.join(strange)}, which {first.name} has not, so the two cannot go in "
            f"one envelope; make one of them again from the shipped template of its kind, without deleting styles"
        )


def _with_namespaces(head: str, other: str) -> str:
    """The start of a document, with the namespaces of another one added."""
    known = dict(_NAMESPACE.findall(head))
    more = "".join(f' xmlns:{name}="{uri}"' for name, uri in _NAMESPACE.findall(other) if name not in known)
    at = head.find("<w:document") + len("<w:document")
    return head[:at] + more + head[at:]


def _with_links(body: str, sheet: Package, parts: dict[str, bytes], number: int) -> str:
    """A sheet's body with its own pictures included, under separate names."""
    links = {
        found[1].decode(): link
        for link in _LINK.findall(sheet.parts.get(DOCUMENT_RELS, b""))
        if (found := _ID.search(link)) is not None
    }
    taken: list[bytes] = []
    for _, link_id in sorted(set(_LINK_USED.findall(body))):
        link = links.get(link_id)
        target = None if link is None else _TARGET.search(link)
        if link is None or target is None:
            continue
        content = sheet.parts.get("word/" + target[1].decode())
        if content is None:
            raise LetterError(f"{sheet.name}: it shows {target[1].decode()}, which is not in the file")
        moved = f"media/sheet{number}-{target[1].decode().rpartition('/')[2]}"
        parts[f"word/{moved}"] = content
        new_id = f"rIdSheet{number}x{link_id}"
        taken.append(
            link.replace(b'"%s"' % link_id.encode(), b'"%s"' % new_id.encode()).replace(target[1], moved.encode())
        )
        body = re.sub(rf'(r:\w+)="{re.escape(link_id)}"', rf'\1="{new_id}"', body)
    if taken:
        rels = parts.get(DOCUMENT_RELS, EMPTY_RELS)
        parts[DOCUMENT_RELS] = rels.replace(b"</Relationships>", b"".join(taken) + b"</Relationships>")
    return body
