"""Small answers to render: a summary, a comparison of two labels."""

from dataclasses import replace

from ftpstats.analysis.select import samples
from ftpstats.analysis.summary import summarise
from ftpstats.analysis.verdict import FIVE_PER_CENT
from ftpstats.present.verdicts import Terms
from tests.analysis.rows import compare, rows, table

TERMS = Terms(FIVE_PER_CENT, 0.95, "s")


def some(label="A", seconds=(1.0, 1.1, 1.3), **columns):
    (sample,) = samples(table(rows(label, list(seconds), **columns)))
    return summarise(sample)


def comparison(**fields):
    (found,) = compare(table(rows("Xen", [1.0, 1.1, 1.3]), rows("VMware", [1.0, 1.2, 1.3])), ["Xen", "VMware"])
    return replace(found, warnings=(), **fields)
