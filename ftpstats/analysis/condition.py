"""A condition on transfers as people write it, in SQL, to an expression of Polars: text in, a `Condition` out.

Only the columns of the tidy table and the words below pass: nothing here can read a file, name another table, or look
at several rows together.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import polars as pl

from ftpstats.errors import UsageError
from ftpstats.schema import SCHEMA, plain_text

__all__ = ["Condition", "parse_condition", "plain_columns"]

_CALENDAR = {"day", "dow", "hour", "isodow", "minute", "month", "second", "week", "year"}
_OF_TIME = {*_CALENDAR, "date_part", "extract", "strftime"}
_FUNCTIONS = {
    *_OF_TIME, "abs", "ceil", "coalesce", "ends_with", "floor", "left", "length", "lower", "ltrim", "nullif", "replace",
    "right", "round", "rtrim", "split_part", "starts_with", "strpos", "substr", "trim", "upper",
}  # fmt: skip
_WORDS = {
    *_FUNCTIONS, "and", "between", "case", "else", "end", "false", "from", "ilike", "in", "is", "like", "not", "null",
    "or", "regexp", "rlike", "then", "true", "when",
}  # fmt: skip
_MOST = 200  # words, names and signs: the time that Polars takes grows with the cube of their number

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*')
      | (?P<name>"(?:[^"]|"")*")
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?![\w.]))
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><=|>=|<>|!=|==|\|\||!?~\*?|[-+*/%=<>(),])""",
    re.VERBOSE | re.IGNORECASE,
)
_COMPARES = {"=", "==", "!=", "<>", "<", "<=", ">", ">="}


class _Token(NamedTuple):
    """A piece of a condition: which group of _TOKEN it is, and its text; a word's is in lower case."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """
    A condition that a transfer meets or not.

    Attributes
    ----------
    text : str
        As it was written, in one line.
    columns : tuple of str
        The columns of the tidy table that it looks at.
    expression : Expr
        For rows as `plain_columns` gives them.
    in_utc : bool
        Whether it asks for an hour, a day or another part of a time: that is of UTC.
    """

    text: str
    columns: tuple[str, ...]
    expression: pl.Expr
    in_utc: bool

    def holds(self, rows: pl.DataFrame) -> pl.Series:
        """
        Return for each transfer whether it meets the condition; what is unknown does not.

        Raises
        ------
        UsageError
            If it compares what cannot be compared, or is neither true nor false.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of Polars, about how its own SQL writes IN
            try:
                found = plain_columns(rows, self.columns).select(self.expression).to_series()
            except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
                first = str(error).splitlines()[0].rstrip(":")
                raise _refused(self.text, f"cannot be computed: {first}") from error
        if found.dtype != pl.Boolean:
            raise _refused(self.text, f"is neither true nor false; {_LIKE}")
        return found.fill_null(value=False)


_LIKE = "write a condition like direction = 'upload' AND bytes > 1000000"


def plain_columns(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return columns of the tidy table as plain values: words as text, times without their zone, which is UTC."""
    return plain_text(rows.select(columns)).with_columns(pl.col(pl.Datetime).dt.replace_time_zone(None))


def parse_condition(text: str) -> Condition:
    """
    Parse a condition.

    Parameters
    ----------
    text : str
        An expression of SQL over the columns of `schema.SCHEMA`. Text is in single quotes; sizes are bytes; ``time``
        is compared with text in ISO 8601, UTC unless it has a zone.

    Raises
    ------
    UsageError
        If it is anything else.

    Examples
    --------
    >>> parse_condition("direction = 'upload' and Time >= '2026-11-01'").columns
    ('direction', 'time')
    """
    shown = " ".join(text.split())
    tokens = list(_tokens(text, shown))
    if sum(token.kind not in {"text", "number"} and token.text != "," for token in tokens) > _MOST:
        raise _refused(shown, f"is too long: at most {_MOST} words and signs; IN takes a list of values of any length")
    columns = tuple(dict.fromkeys(token.text for token in tokens if token.kind == "name"))
    _refuse_uncalled(tokens, shown)
    if not columns:
        raise _refused(shown, f"names no column; there are: {', '.join(SCHEMA)}")
    sql = " ".join(_sql(tokens, place, shown) for place in range(len(tokens)))
    try:
        expression = pl.sql_expr(sql)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _refused(shown, f"cannot be read; {_LIKE}") from error
    if not expression.meta.eq(expression.meta.undo_aliases()):  # `bytes > 1 peer` is a column `peer` to SQL
        raise _refused(shown, f"cannot be read; {_LIKE}")
    if "time" in columns:
        _refuse_mixture(expression, plain_columns(pl.DataFrame(schema=SCHEMA), SCHEMA.names()), shown)
    return Condition(
        shown, columns, expression, in_utc=any(token == ("word", name) for token in tokens for name in _OF_TIME)
    )


def _refuse_uncalled(tokens: Sequence[_Token], shown: str) -> None:
    """Refuse the name of a function where a column is meant: `day = 3`."""
    for place, (kind, name) in enumerate(tokens):
        behind = [token.text for token in tokens[place + 1 : place + 2]]
        if kind == "word" and name in _FUNCTIONS and behind not in (["("], ["from"]):
            argument = "time" if name in _CALENDAR else "..."
            raise _refused(shown, f"'{name}' is no column but a function, {name}({argument}); {_LIKE}")


def _refuse_mixture(expression: pl.Expr, nothing: pl.DataFrame, shown: str) -> None:
    """Refuse what compares times with numbers: Polars takes a number for microseconds since 1970."""
    parts = expression.meta.pop()
    types = [dtype for part in parts if (dtype := _type_of(part, nothing)) is not None]
    if any(dtype.is_temporal() for dtype in types) and any(dtype.is_numeric() for dtype in types):
        raise _refused(shown, "a time is compared with a number; write it like time >= '2026-11-01 13:30'")
    for part in parts:
        _refuse_mixture(part, nothing, shown)


def _type_of(expression: pl.Expr, nothing: pl.DataFrame) -> pl.DataType | None:
    """Return the type of an expression, of a list that of its items; None where it cannot be computed."""
    try:
        dtype = nothing.select(expression).dtypes[0]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    return dtype.inner if isinstance(dtype, pl.List) else dtype  # type: ignore[return-value]


def _refused(shown: str, why: str) -> UsageError:
    return UsageError(f"where {shown if len(shown) <= 80 else shown[:79] + '…'}: {why}")


def _tokens(text: str, shown: str) -> Iterator[_Token]:
    """Yield the pieces of a condition; a name is a column, in quotes or not."""
    place = len(text) - len(text.lstrip())
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            rest = text[place:].split(maxsplit=1)[0]
            raise _refused(shown, f"cannot be read at {rest[:40]}; text is in single quotes, and sizes are bytes")
        place = len(text) - len(text[match.end() :].lstrip())
        yield _checked(_Token(str(match.lastgroup), match[0]), is_called=text[place : place + 1] == "(", shown=shown)


def _checked(token: _Token, *, is_called: bool, shown: str) -> _Token:
    """Return a token with a column as a name; refuse a word that is none and not in the list."""
    if token.kind not in {"word", "name"}:
        return token
    name = token.text.strip('"').lower()
    if name in SCHEMA and not (is_called and token.kind == "word"):
        return _Token("name", name)
    if token.kind == "word" and name in _WORDS:
        return _Token("word", name)
    if is_called:
        raise _refused(shown, f"there is no function '{name}'")
    hint = f"; write text as '{token.text.strip(chr(34))}'" if token.kind == "name" else ""
    raise _refused(shown, f"no column '{token.text.strip(chr(34))}'{hint}; there are: {', '.join(SCHEMA)}")


def _sql(tokens: Sequence[_Token], place: int, shown: str) -> str:
    """Return a token as Polars reads it."""
    token = tokens[place]
    if token.kind == "name":
        return f'"{token.text}"'
    if token.kind == "text" and _is_compared_with_time(tokens, place):
        return _timestamp(token.text.strip("'"), shown)
    return token.text


def _is_compared_with_time(tokens: Sequence[_Token], place: int) -> bool:
    """Whether the column ``time`` is compared with this text."""
    if [token.text for token in tokens[place + 2 : place + 3]] == ["time"]:
        return tokens[place + 1].text in _COMPARES
    before = [token.text for token in tokens[:place] if token.text != "not"]
    match before:
        case [*_, "time", sign] if sign in _COMPARES | {"between"}:
            return True
        case [*_, "time", "between", _, "and"]:
            return True
    while before and (before[-1] == "," or before[-1].startswith("'")):
        before.pop()
    return before[-3:] == ["time", "in", "("]


def _timestamp(text: str, shown: str) -> str:
    """Return a time in ISO 8601 as SQL has it: in UTC, without a zone."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise _refused(shown, f"'{text}' is no time; write it like '2026-11-01' or '2026-11-01 13:30'") from None
    utc = when if when.tzinfo is None else when.astimezone(UTC).replace(tzinfo=None)
    return f"TIMESTAMP '{utc.isoformat(sep=' ')}'"
