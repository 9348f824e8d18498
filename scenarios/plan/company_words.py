"""Words of company names: legal forms, words that tell no company from another, words of our own files. Pure."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Legal forms of which each letter may carry a dot, those that are written as words, and those of several words.
_LETTERS = _words("gmbh sa sas sasu sarl sàrl sab srl sl slu bv nv kk ev llc llp lp plc pjsc sro as ab")
_PLAIN = _words("""
    ag se kgaa kg ohg ug incorporated inc corporation corp company co limited ltd ltda aps asa oyj oy kft zrt pty pte
    group gruppe groupe holdings holding
""")
_SEVERAL = _words(r"""
    gmbh\s*(?:&|und|\+)\s*co\.?\s*(?:kgaa|kg|ohg)  (?:pty|pte|pvt|private)\.?\s+(?:ltd|limited)  sdn\.?\s+bhd
    sp\.?\s*z\s*o\.?\s*o  s\.?\s?a\.?\s?b?\.?\s+de\s+c\.?\s?v  [as]/[as]  s\.p\.a
""")
_JAPANESE = "株式会社|有限会社|合同会社|合資会社|\\(株\\)|\\(有\\)|（株）|㈱|㈲"
_ANY = "|".join(sorted(_SEVERAL | _PLAIN | {r"\.?\s?".join(form) for form in _LETTERS}))

#: A legal form at the end of a name as typed.
LEGAL_END = re.compile(rf"(?:[\s,(]+(?:(?i:{_ANY})|SpA|SPA)|\s*(?:{_JAPANESE}))\.?\)?$")
#: A legal form, or an article, in front of a name as typed.
LEGAL_START = re.compile(rf"^(?:(?i:the|pt\.?)\s+|(?:{_JAPANESE})\s*)")
#: A legal form in front of a name, at the end of the text before it.
LEGAL_BEFORE = re.compile(rf"(?:{_JAPANESE})\s*\Z")
#: A legal form that follows a name in running text.
LEGAL_AFTER = re.compile(
    r"(?:,? ?\(?(?:GmbH(?: & Co\.? KG)?|AG|SE|KG|UG|Inc|INC|Incorporated|Corp|Corporation|Company|Co|Limited|Ltd|"
    r"LTD|LLC|LLP|PLC|plc|S\.A\.S?|SAS|SARL|SA|S\.?r\.?l|S\.p\.A|SpA|B\.?V|N\.?V|AB|A/S|AS|ApS|Oyj?|Pty|Group|Holdings?)"
    rf"(?!\w)\.?\)?|\s?(?:{_JAPANESE}))"
)

#: Words between the parts of a name that people leave out, or write as "&".
JOINING = frozenset({"and", "und", "et", "y", "e", "og", "och", "en", "n"})


#: Words that alone tell no company from another.
_COMMON = _words("""
    the saint santa north south east west northern southern eastern western central global world worldwide
    international national united first second third general grand great royal imperial american european
    british english french german italian spanish swiss asian african america europe asia pacific atlantic city
    metro metropolitan urban state federal county regional local public private union blue green black white
    gold golden silver orange yellow brown bright best smart fast next open super star alpha beta delta omega
    prime premier elite select direct online digital cloud mobile virtual modern classic fresh natural organic
    bank banking banks savings credit capital finance financial invest investment investments insurance
    assurance mutual life trust fund funds energy power electric solar wind water gas petroleum mining steel
    metal metals chemical chemicals materials paper plastics glass health healthcare care medical medicine
    clinic clinics hospital hospitals pharma pharmacy dental retail store stores shop shops market markets
    marketing trade trading supply supplies outfitters fashion clothing shoes sports sport outdoor food foods
    drinks restaurant restaurants kitchen bakery coffee farm farms garden home homes house housing property
    properties estate motor motors auto automotive cars truck trucks parts tools machine machines machinery
    equipment engineering industry industries industrial manufacturing factory works aerospace aviation airways
    airlines airline travel travels tours hotel hotels resort resorts logistics freight transport transportation
    shipping express delivery cargo rail railways media news press publishing studio studios pictures film films
    music games gaming play entertainment telecom telecommunications communications telephone wireless network
    networks internet software systems system solutions service services technology technologies tech labs
    laboratory laboratories research science sciences analytics consulting consultants advisors partners
    associates agency university college school schools academy institute education learning department ministry
    office council authority commission government association society foundation club league brothers sons
    family company companies corporate enterprise enterprises business ventures project operation operations
    program programme product products brand brands customer customers people
""")

#: Words that stand in the files of any project: dbt's, SQL's, those of the branches and texts that we write.
_OURS = _words("""
    target targets model source seed test stage staging mart metric measure dimension entity meta config core
    main data quality fix day demo build table view column key unique ref value group owner order version schema
    macro analysis snapshot package profile name description tag label type code row query run job docs guide
    note notes readme talk track review date time timestamp month year number text string integer boolean true
    false null select from where join union final import export base path file root block visa index record
    event events account amount total count average sum status exposure contract access public dashboard
    freshness load loaded warn error severity expression filter grain default incremental intermediate semantic
    lineage proof minute click say show step open close start finish snowflake bigquery databricks redshift dbt
    duckdb postgres github git sql yaml csv markdown
""")


def is_common(word: str) -> bool:
    """Whether a folded word alone tells no company from another."""
    return len(word) < 4 or not word.isalpha() or _known(word, _COMMON) or _known(word, _OURS)


def is_ours(word: str) -> bool:
    """Whether a folded word stands in the files of any project."""
    return _known(word, _OURS)


def _known(word: str, words: frozenset[str]) -> bool:
    return word in words or word.removesuffix("s") in words
