"""What of a log's text is not repeated: passwords and tokens never, names of files and hosts unless they are wanted."""

import polars as pl

from ftpstats.errors import SECRETS_OF_URLS

__all__ = ["mask_names", "mask_secrets", "mask_urls", "without_names"]

# credential ::= (?i) ("PASS" | "ACCT" | "password" | "passwd") (WS* [:=] WS* | WS+) non-WS ANY*
# setting    ::= (?i) name (WS* "=" WS* | ":") secret   /* of a name with one of the words below: api_token=x */
# bearer     ::= (?i) "bearer" WS+ secret
# All that follows PASS goes, for a password may hold blanks. It stands anywhere: netkit with -d writes "---> PASS x".
_CREDENTIAL = r"(?i)\b(PASS|ACCT|password|passwd)(\s*[:=]\s*|\s+)\S.*"
_SETTING = r"(?i)\b([\w.-]*(?:token|secret|api_?key|passphrase|pwd)[\w.-]*(?:\s*=\s*|:))[^\s,;&*]+"
_BEARER = r"(?i)\b(bearer\s+)[^\s*]+"
_MASK = "${1}********"

# name ::= quoted | all between the code of a reply and its last ": " before a word
#        | a word with one of / \ @, two ":", or a "." that is no number's   /* a.iso, 10.0.0.1, ::1 */
_QUOTED = r"(^|[\s(:=,])(?:'[^']+'|\"[^\"]+\"|‘[^’]+’|“[^”]+”|`\S[^'`]*')"
_OF_REPLY = r"^([1-5][0-9]{2}[ -]|curl: \([0-9]+\) )\S.*: ([A-Za-z(])"
_NAME = r"\S*[/\\@]\S*|\S*:\S*:\S*|\S*[A-Za-z_]\S*\.\w\S*|\S*\.[A-Za-z]\S*|(?:[0-9]+\.){2,}\S+"


def mask_urls(text: pl.Series) -> pl.Series:
    """Hide passwords and tokens in URLs."""
    if text.dtype != pl.String or not text.str.contains(r"://|[?&;#]").any():
        return text
    for pattern, behind in SECRETS_OF_URLS:
        text = text.str.replace_all(pattern, f"{_MASK}{behind}")
    return text


def mask_secrets(text: pl.Series) -> pl.Series:
    """Hide passwords, in URLs or not: netkit with ``-d`` logs them in clear, and we never repeat them."""
    if text.is_empty():
        return text
    masked = mask_urls(text).str.replace_all(_CREDENTIAL, "${1}${2}********")
    return masked.str.replace_all(_SETTING, _MASK).str.replace_all(_BEARER, _MASK)


def without_names(rows: pl.DataFrame) -> pl.DataFrame:
    """Return tidy rows without names of files and peers, and with notes that name none."""
    nothing = pl.lit(None, dtype=pl.String)
    return rows.with_columns(mask_names(rows["note"]).alias("note"), file=nothing, peer=nothing)


def mask_names(text: pl.Series) -> pl.Series:
    """
    Hide what may be the name of a file, a user or a host in text of servers and clients: "550 …: No such file".

    A name that looks like a word of English stays where nothing around it shows that it is one.
    """
    masked = text.str.replace_all(_QUOTED, "${1}…").str.replace(_OF_REPLY, "${1}…: ${2}")
    return masked.str.replace_all(_NAME, "…")
