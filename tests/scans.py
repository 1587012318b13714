"""Small files as they come from a scanner or a court: PDFs and pictures, good and bad, made here."""

import io

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def pdf(pages: int = 1, password: str = "", script: str = "", attached: bool = False, width: int = 300) -> bytes:
    """A PDF of empty pages."""
    with PdfWriter() as writer:
        for _ in range(pages):
            writer.add_blank_page(width, 400)
        if script:
            _act(writer, script)
        if attached:
            writer.add_attachment("more.txt", b"more")
        if password:
            writer.encrypt(password, algorithm="AES-256")
        made = io.BytesIO()
        writer.write(made)
    return made.getvalue()


def _act(writer: PdfWriter, script: str) -> None:
    """A script that a viewer would run as it opens the PDF."""
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
    )
    writer.root_object[NameObject("/OpenAction")] = action


def picture(form: str = "PNG", pages: int = 1, shade: int = 200) -> bytes:
    """A gray picture."""
    images = [Image.new("L", (60, 80), shade + number) for number in range(pages)]
    made = io.BytesIO()
    more = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(made, form, **more)
    return made.getvalue()


def fillable(names: tuple[str, ...], checks: tuple[str, ...] = (), script: str = "", owner: str = "") -> bytes:
    """A court's form: text fields and boxes of these names, one below the other."""
    with PdfWriter() as writer:
        page = writer.add_blank_page(612, 792)
        font = writer._add_object(  # pyright: ignore[reportPrivateUsage]
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject("/Helvetica"),
                }
            )
        )
        fields = ArrayObject()
        for place, name in enumerate((*names, *checks)):
            top = 740 - 30 * place
            box = ArrayObject([FloatObject(72), FloatObject(top - 20), FloatObject(400), FloatObject(top)])
            field = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Annot"),
                    NameObject("/Subtype"): NameObject("/Widget"),
                    NameObject("/FT"): NameObject("/Tx" if name in names else "/Btn"),
                    NameObject("/T"): TextStringObject(name),
                    NameObject("/Rect"): box,
                    NameObject("/F"): NumberObject(4),
                    NameObject("/DA"): TextStringObject("/Helv 10 Tf 0 g"),
                }
            )
            if name in checks:
                field[NameObject("/V")] = field[NameObject("/AS")] = NameObject("/Off")
                states = DictionaryObject()
                for state in ("/Yes", "/Off"):
                    stream = DecodedStreamObject()
                    stream.set_data(b"")
                    stream[NameObject("/Type")] = NameObject("/XObject")
                    stream[NameObject("/Subtype")] = NameObject("/Form")
                    stream[NameObject("/BBox")] = ArrayObject([FloatObject(0)] * 4)
                    states[NameObject(state)] = writer._add_object(stream)  # pyright: ignore[reportPrivateUsage]
                field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): states})
            fields.append(writer._add_object(field))  # pyright: ignore[reportPrivateUsage]
        page[NameObject("/Annots")] = ArrayObject(fields)
        fonts = DictionaryObject({NameObject("/Helv"): font})
        writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
            {
                NameObject("/Fields"): fields,
                NameObject("/NeedAppearances"): BooleanObject(True),
                NameObject("/DR"): DictionaryObject({NameObject("/Font"): fonts}),
                NameObject("/DA"): TextStringObject("/Helv 10 Tf 0 g"),
            }
        )
        if script:
            _act(writer, script)
        if owner:
            writer.encrypt("", owner, algorithm="AES-256")
        made = io.BytesIO()
        writer.write(made)
    return made.getvalue()
