"""A script as a user writes it: mypy --strict has nothing to say about it."""

from pathlib import Path

import pandas as pd

import ftpstats as fs


def main() -> None:
    """Use everything once."""
    log: pd.DataFrame = fs.read_log(Path("FTP.log"))
    result = fs.compare(log, "xen", "vmware", size=["10MB", 102400], margin="5%", confidence=0.95)
    verdict: str = result.verdict
    print(verdict)
    for comparison in result:
        low: float | None = comparison.percent_low
        print(comparison.label, comparison.percent, low, [warning.message for warning in comparison.warnings])
    print(result, result.to_frame().shape, result.to_markdown(), result.to_json())
    print([one.mean for one in fs.summarize(log, "xen")], fs.sample_size(sd="2ms", mean=0.1)[0].transfers_needed)
    found = fs.throughput(log, by="label", unit="Mbit/s", time_zone="Europe/Berlin")
    print([(one.group, one.median_low, one.peak_high) for one in found], found.labels[0].aggregate)
    [series] = fs.history(log, "xen", size="10MB", by="day", false_alarm_rate="1%", fail_on="change")
    print(series.outcome, [(level.first, level.verdict) for level in series.levels], series.points[0].mean)
    with fs.serve(size="1KB", latency="1ms") as server:
        print(server.url(), server.files)
    made = fs.run("fast", "slow", times=20, throttle={"fast": "80MB/s"}, folder="experiment")
    print(made.counts.completed, made.transfers().columns)
    store = fs.open_store("store")
    print(list(store.ingest("FTP.log")), store.transfers(label="xen", size="10MB").shape, len(store.logs()))
    print(fs.plot.boxplot(log, "xen", size="10MB"))
