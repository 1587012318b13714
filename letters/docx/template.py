"""A Word template compiled once, then filled thousands of times a second.

The tags are those of docxtpl (`{{ field }}`, `{%tr for a in accounts %}`, `{%p if ... %}`), and its `patch_xml` joins
the runs over which Word splits them. The difference is that the patched XML is compiled once. Everything that does not
change from letter to letter, including fixed text between tags, is deflated once and copied.

    template = compile_template(Path("letters/templates/reminder-1.docx"))
    docx = template.render(data)
"""

# At the edge: docxtpl has no types.
# pyright: reportUnknownMemberType=false

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from docxtpl import DocxTemplate
from jinja2 import Template as JinjaTemplate
from jinja2 import TemplateSyntaxError, UndefinedError, nodes

from letters.data import LetterData, Logo
from letters.docx.merge import build, hints, names_in, worked_out
from letters.docx.package import CONTENT_TYPES, DOCUMENT, DOCUMENT_RELS, Member, Package, Zip, member, read_package
from letters.docx.pictures import EMPTY_RELS, logo_part, picture_of, with_logos, with_picture_types
from letters.docx.sandbox import LetterEnvironment, fields_used, refuse_what_is_not_allowed
from letters.errors import LetterError
from letters.estate.data import EstatePaper
from letters.wording.values import ascii_xml

DRAWN_ACCENT = "1F4E79"
DRAWN_TINT = "EBEFF3"
"""These two colors in a template are replaced by the creditor's accent and a pale tint of it."""

Merged: TypeAlias = LetterData | EstatePaper
Shape: TypeAlias = type[LetterData] | type[EstatePaper]
Context: TypeAlias = dict[str, object]
"""The names visible in a template."""

_TAGGED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_TAG = re.compile(r"\{[{%#]")
_ENVIRONMENT = LetterEnvironment()

_WORTH_DEFLATING = 160  # a shorter text costs more in block headers than it saves
_LARGEST_STORED = 4096  # longer changing text is worth compressing
_STORED = struct.Struct("<BHH")
_LAST_BLOCK = b"\x03\x00"
_NO_PICTURES: Mapping[str, bytes] = {}


class Part:
    """One XML part with tags, compiled. Renders to text or straight to a deflated member."""

    def __init__(self, name: str, tree: nodes.Template, where: str) -> None:
        self.name = name
        self._jinja = JinjaTemplate.from_code(
            _ENVIRONMENT, _ENVIRONMENT.compile(tree, name, where), _ENVIRONMENT.globals
        )
        self._fixed = {
            text: _deflate_block(text.encode(), 9)
            for data in tree.find_all(nodes.TemplateData)
            if len(text := data.data) >= _WORTH_DEFLATING
        }

    def chunks(self, values: Context) -> list[str]:
        """The part's XML in pieces; the fixed ones are the template's own strings."""
        return list(self._jinja.root_render_func(self._jinja.new_context(values)))

    def member(self, values: Context) -> Member:
        """The part's XML deflated for the zip: fixed text copied, the rest stored or deflated."""
        chunks = self.chunks(values)
        content = "".join(chunks).encode()
        deflated = b"".join((*self.blocks(chunks), _LAST_BLOCK))
        return Member(self.name.encode(), deflated, zlib.crc32(content), len(content))

    def blocks(self, chunks: list[str]) -> Iterator[bytes]:
        """The chunks as whole deflate blocks, none marked as the last."""
        changing: list[str] = []
        fixed = self._fixed
        for chunk in chunks:
            block = fixed.get(chunk)
            if block is None:
                changing.append(chunk)
                continue
            if changing:
                yield _block("".join(changing).encode())
                changing = []
            yield block
        if changing:
            yield _block("".join(changing).encode())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document's XML split for a print file: the text around the body, and the body."""

    head: str
    body: str
    section: str
    tail: str


def take_apart(xml: str, where: str, *, sections: int = 1) -> Sheet:
    """Split document.xml at its body and the settings of its last section. `sections`: the number allowed."""
    start = xml.find(">", xml.find("<w:body")) + 1
    end = xml.rfind("</w:body>")
    section = xml.rfind("<w:sectPr", start, end)
    if not 0 < start <= section or xml.count("<w:sectPr") > sections:
        raise LetterError(f"{where}: it has more than one section, or none; take out the section breaks in Word")
    return Sheet(xml[:start], xml[start:section], xml[section:end], xml[end:])


def section_break(section: str) -> str:
    """An invisible paragraph that ends a letter's section; the next begins on a new page, numbered from 1."""
    return (
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        f'<w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>'
    )


class Template:
    """A compiled template. `digest` is the SHA-256 of its file, `fields` the names its tags use.

    `sheets` is the number of files it was made from (see `letters.docx.envelope`). Templates of one `paper` (styles,
    headers, page) can share a print file. `shape` is the class of its merge data.
    """

    def __init__(self, package: Package, sheets: int = 1, shape: Shape = LetterData) -> None:
        self.shape = shape
        self.name = package.name
        self.digest = package.digest
        self.sheets = sheets
        self.parts: list[Part] = []
        self.fixed_parts: dict[str, bytes] = {}
        fields: set[str] = set()
        for name, content in package.parts.items():
            xml = patched(content.decode("utf-8", "replace")) if _TAGGED.fullmatch(name) else ""
            if name == DOCUMENT or _TAG.search(xml):
                tree = parse_part(xml, f"{self.name}, {name}", sheets)
                fields |= fields_used(tree)
                self.parts.append(Part(name, tree, self.name))
            else:
                self.fixed_parts[name] = with_picture_types(content) if name == CONTENT_TYPES else content
        self.fields = frozenset(fields)
        self.paper = _paper_of(package, self.fixed_parts, sheets)
        self._zips: dict[str, Zip] = {}

    def render(self, data: Merged | Mapping[str, Any], pictures: Mapping[str, bytes] = _NO_PICTURES) -> bytes:
        """One letter as a .docx; the same data always produces the same bytes.

        `data` may be the dictionary from `letters.docx.merge.plain`; `pictures` contains the creditor's logo by its
        digest, if there is one. Raises `LetterError` if the template uses a field that does not exist, and
        `LetterFault` if the data is not a letter or its logo is not in the pictures.
        """
        letter = self._letter(data)
        values = context(letter, self.shape)
        try:
            members = [part.member(values) for part in self.parts]
        except UndefinedError as error:
            raise self.missing_field(error) from error
        return self._zip(letter.creditor.logo, pictures).with_members(members)

    def _letter(self, data: Merged | Mapping[str, Any]) -> Merged:
        return build(self.shape, data) if isinstance(data, Mapping) else data

    def _zip(self, logo: Logo | None, pictures: Mapping[str, bytes]) -> Zip:
        """The parts that do not change, with the logo included."""
        key = "" if logo is None else logo.digest
        found = self._zips.get(key)
        if found is None:
            parts = self.fixed_parts
            if logo is not None:
                linked = with_logos(parts.get(DOCUMENT_RELS, EMPTY_RELS), [logo])
                parts = {**parts, DOCUMENT_RELS: linked, logo_part(logo): picture_of(logo, pictures)}
            found = self._zips[key] = Zip([member(name, content) for name, content in parts.items()])
        return found

    def filled(self, data: Merged | Mapping[str, Any]) -> dict[str, str]:
        """The XML of each part with tags, filled, by part name. Raises as `render` does."""
        values = context(self._letter(data), self.shape)
        try:
            return {part.name: "".join(part.chunks(values)) for part in self.parts}
        except UndefinedError as error:
            raise self.missing_field(error) from error

    def missing_field(self, error: UndefinedError) -> LetterError:
        """The message about a field in the template that a letter does not have."""
        unknown = sorted(self.fields - names_in(self.shape))
        if not unknown:
            return LetterError(f"{self.name}: {error.message}; guard the tag with {{% if %}}")
        return LetterError(f"{self.name}: {'; '.join(unknown_field(name, self.shape) for name in unknown)}")


def _paper_of(package: Package, fixed_parts: Mapping[str, bytes], sheets: int) -> str:
    found = sha256()
    for name, content in fixed_parts.items():
        found.update(name.encode() + b"\0" + content)
    sheet = take_apart(package.parts[DOCUMENT].decode("utf-8", "replace"), package.name, sections=sheets)
    found.update("\0".join((sheet.head, sheet.section, sheet.tail)).encode())
    return found.hexdigest()


def compile_template(docx: bytes | Path, name: str = "", shape: Shape = LetterData) -> Template:
    """Compile a .docx with tags. Raises `LetterError` with what is wrong and where."""
    if isinstance(docx, Path):
        name = name or docx.name
        try:
            docx = docx.read_bytes()
        except OSError as error:
            raise LetterError(f"{name}: the template cannot be read ({error.strerror}); check the path") from error
    return Template(read_package(docx, name or "the template"), shape=shape)


def context(letter: Merged, shape: Shape = LetterData) -> Context:
    """The names in a letter that a template can use."""
    return {name: getattr(letter, name) for name in (*hints(shape), *worked_out(shape))}


def unknown_field(name: str, shape: Shape = LetterData) -> str:
    """A sentence about a field that no letter has, with the nearest one that exists."""
    near = get_close_matches(name, sorted(names_in(shape)), 1)
    return f'"{name}" is not a field of a letter' + (f'; did you mean "{near[0]}"?' if near else "")


def patched(xml: str) -> str:
    """The XML with tags joined that Word split over runs, including between their two braces."""
    return DocxTemplate(BytesIO()).patch_xml(xml) if "{" in xml else xml


LONGEST_TAG = 500
DEEPEST = 12
"""A tag is a name or a short condition, in at most a few loops; more than this would crash the tag parser."""

_ANY_TAG = re.compile(r"\{([{%])(.*?)[}%]\}", re.DOTALL)
_OPENS = re.compile(r"-?\s*(?:(?:tr|tc|p|r)\s+)?(for|if|endfor|endif)\b")


def _refuse_what_is_too_deep(xml: str, where: str) -> None:
    depth = 0
    for tag in _ANY_TAG.finditer(xml):
        if len(tag[2]) > LONGEST_TAG:
            size = f"{len(tag[2]):,} characters, over the {LONGEST_TAG} allowed"
            raise LetterError(f"{where}: a tag has {size}; shorten it")
        word = _OPENS.match(tag[2]) if tag[1] == "%" else None
        if word is not None:
            depth += -1 if word[1].startswith("end") else 1
        if depth > DEEPEST:
            raise LetterError(f"{where}: loops and conditions are nested more than {DEEPEST} deep; remove some")


def parse_part(xml: str, where: str, sheets: int = 1) -> nodes.Template:
    """The tags of one patched XML part, with the drawn colors made into tags."""
    for drawn, kind in ((DRAWN_ACCENT, "accent"), (DRAWN_TINT, "tint")):
        xml = xml.replace(f'="{drawn}"', f'="{{{{ creditor.accent|{kind} }}}}"')
    if "<w:body" in xml:
        take_apart(
            xml, where, sections=sheets
        )  # a letter that does not fit into a print file is refused now, not on the print day
    _refuse_what_is_too_deep(xml, where)
    try:
        tree = _ENVIRONMENT.parse(xml)
    except TemplateSyntaxError as error:
        raise LetterError(f"{where}: a tag cannot be read: {error.message}") from error
    refuse_what_is_not_allowed(tree, where)
    for fixed in tree.find_all(nodes.TemplateData):
        fixed.data = ascii_xml(fixed.data)
    return tree


def _block(text: bytes) -> bytes:
    """Changing text as deflate blocks: stored uncompressed if it is short."""
    if len(text) <= _LARGEST_STORED:
        return _STORED.pack(0, len(text), len(text) ^ 0xFFFF) + text
    return _deflate_block(text, 1)


def _deflate_block(text: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
