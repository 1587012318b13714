"""Names of people and streets that nobody has, for the demonstration."""

FIRST = (
    "Ada", "Amos", "Avery", "Beth", "Blake", "Bruno", "Callie", "Carmen", "Cedric", "Clara", "Cora", "Dale",
    "Della", "Dex", "Edith", "Elias", "Elsa", "Enzo", "Esme", "Ezra", "Fay", "Felix", "Fern", "Flora", "Gwen",
    "Hale", "Hattie", "Hugo", "Ida", "Imani", "Iris", "Ivo", "Jada", "Jonah", "June", "Kai", "Kira", "Lars",
    "Lena", "Leo", "Lila", "Lola", "Luca", "Mabel", "Mara", "Milo", "Nadia", "Nell", "Nico", "Nora", "Odell",
    "Olive", "Omar", "Opal", "Orin", "Pearl", "Petra", "Quinn", "Rafi", "Remy", "Rosa", "Ruth", "Sable",
    "Silas", "Sol", "Tess", "Theo", "Una", "Vera", "Vito", "Wade", "Willa", "Xena", "Yara", "Zeke", "Zora",
)  # fmt: skip

LAST = (
    "Abernoth", "Alderwick", "Bancombe", "Bellhatch", "Birchmoor", "Blackenby", "Bramwyn", "Calderby",
    "Cloverdale", "Coppersmith", "Dapplewood", "Duskley", "Elmsgrave", "Fairholt", "Fenwicker", "Fernsby",
    "Foxgrave", "Gladwick", "Greystoke", "Hallowmere", "Hartwhistle", "Hazelby", "Inglemoor", "Junipers",
    "Kettleby", "Kingsmarsh", "Larkhaven", "Lindenbrook", "Marshwick", "Merriweld", "Millgrove", "Nettleham",
    "Oakhurst", "Oldbury", "Pennywhist", "Pinecastle", "Quillfeather", "Ravensholt", "Redferne", "Riverstone",
    "Rookby", "Saltmarsh", "Silverthorne", "Stonegate", "Sundermill", "Swiftwater", "Tanglewood", "Thistledown",
    "Thornbury", "Umberfield", "Valewick", "Wainscott", "Weatherby", "Whitlock", "Willowmere", "Winterbourne",
    "Wrenfield", "Yarrowby",
)  # fmt: skip

STREETS = (
    "Applecore Lane", "Barley Mow Way", "Buttonwood Alley", "Candlewick Row", "Dandelion Court",
    "Fiddlers Path", "Gingerbread Street", "Hobnail Road", "Inkwell Terrace", "Jackdaw Close",
    "Lanternlight Drive", "Marmalade Avenue", "Nutmeg Place", "Pincushion Lane", "Quince Tree Road",
    "Rainbarrel Street", "Sparrowhawk Way", "Teakettle Row", "Umbrella Court", "Wheelwright Lane",
)  # fmt: skip
