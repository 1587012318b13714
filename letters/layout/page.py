"""The page layout of a letter, in both print sizes.

US Letter, folded in thirds for a #10 envelope with a left window: only the guarantor's address, with the bar code above
it, can show in the window, wherever the sheet slides; `letters.layout.window` computes where that is.
"""

from letters.docx.drawing import cell, each, edges, either, gap, padding, para, row, run, table, with_bold
from letters.docx.template import DRAWN_ACCENT
from letters.kinds import Kind
from letters.layout.foot import above_coupon, coupon, plan_coupon, reply_slip
from letters.layout.head import letterhead, window
from letters.layout.sheet import GREY, WIDTH, Look
from letters.layout.tables import BLOCKS, accounts
from letters.wording.words import Block, Topic, Words

__all__ = ["Look", "body_of"]


def body_of(words: Words, look: Look, kind: Kind, space_above_coupon: int) -> str:
    """The whole of a letter, from letterhead to coupon."""
    asks = kind.asks_for_payment
    blocks = [letterhead(look, words.addressed)]
    if words.addressed:
        blocks += window(words.box, look)
    else:
        blocks.append(gap(300))
    blocks += opening(words, look)
    blocks += [BLOCKS[block](look) for block in words.blocks if block is not Block.REPLY_SLIP]
    if words.accounts:
        blocks += [gap(60), accounts(look, asks, words.tells_not_due)]
        if words.addressed:
            blocks.append(each("for credit in credits", look.para("Text", look.frame.credit)))
        if asks:
            blocks.append(each("if elsewhere", look.para("Text", look.frame.elsewhere)))
    blocks += [gap(90), *(look.para("Text", text) for text in words.closing)]
    if words.addressed and words.accounts:
        blocks.append(each("for line in texts", look.para("Fine", f"{{{{ {look.frame.state_line} }}}}")))
    if any(words.help):
        blocks.append(help_columns(words, look))
    if Block.REPLY_SLIP in words.blocks:
        blocks += [gap(60 if look.large else 240), reply_slip(look)]
    if asks:
        blocks += [gap(20), *above_coupon(space_above_coupon, look), coupon(look)]
    elif kind.has_coupon:
        blocks.append(each("if asked_cents", gap(20), plan_coupon(look)))
    return "".join((*blocks, gap(20)))


def opening(words: Words, look: Look) -> list[str]:
    """Heading, salutation, and the text of the letter."""
    heading = look.para("Heading", run(f"{{{{ {_heading(words, look)} }}}}", colour=DRAWN_ACCENT))
    said = "".join(look.para("Text", *with_bold(text)) for text in words.opening)
    if words.plain is not None:
        plain = "".join(look.para("Text", *with_bold(text)) for text in words.plain.opening)
        named = look.para("Heading", run(words.plain.title, colour=DRAWN_ACCENT))
        heading, said = either("itemized", heading, named), either("itemized", said, plain)
    blocks = [heading]
    if words.addressed:
        blocks.append(look.para("Text", look.frame.salutation))
    blocks.append(said)
    if words.final:
        listing = (
            "{% for a in final_accounts %}{{ a.number }} ({{ a.balance_cents|money }})"
            "{% if not loop.last %}, {% endif %}{% endfor %}"
        )
        said = [look.para("Text", text.replace("LISTING", listing)) for text in words.final]
        charity = (look.para("Text", text) for text in words.final_charity)
        said.append(each("if creditor.is_nonprofit_hospital", *charity))
        blocks.append(each("if final_accounts", *said))
    return blocks


def _heading(words: Words, look: Look) -> str:
    """An enclosure has its own heading, not that of its letter."""
    return (
        f"letter.kind|{look.frame.titled}" if words.addressed else f'"financial-assistance-summary"|{look.frame.titled}'
    )


def help_columns(words: Words, look: Look) -> str:
    """Short paragraphs of help, in two columns, or one below the other in large print."""
    borders = edges(top=("single", 6, GREY))
    if look.large:
        topics = [_topic(topic, look) for topics in words.help for topic in topics]
        return table(
            (WIDTH,), *(row(cell(WIDTH, topic, pad=padding(50, 0, 0, 0))) for topic in topics), borders=borders
        )
    half = WIDTH // 2
    columns = [
        cell(
            half,
            *(_topic(topic, look) for topic in topics),
            pad=padding(90, 0 if n == 0 else 150, 0, 150 if n == 0 else 0),
        )
        if topics
        else cell(half, para("Cell", ""))
        for n, topics in enumerate(words.help)
    ]
    return table((half, half), row(*columns), borders=borders)


def _topic(topic: Topic, look: Look) -> str:
    said = look.para("Help", run(topic.title + " ", "Strong"), topic.text)
    if not topic.charity:
        return said
    longer = look.para("Help", run(topic.title + " ", "Strong"), topic.charity)
    return either("creditor.is_nonprofit_hospital", longer, said)
