"""What reports are tested with: measurements in which every name, reply and setting is an attack on a page."""

from dataclasses import replace

from ftpstats.manifest import ClientUsed, Host, ServerUsed
from tests.experiment.set_up import manifest

__all__ = ["ATTACKS", "hostile_log"]

HIT = "document.title='hit'"
ATTACKS = (
    f"<script>{HIT}</script>",
    f'"><img src=x onerror={HIT}>',
    f"</style><script>{HIT}</script>",
    f"</svg></figure><script>{HIT}</script>",
    f"--><script>{HIT}</script><!--",
    f"javascript:{HIT}",
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe\u2066",
    "&lt;b&gt; & $x^2$ `code` @all",
)


def hostile_log(folder):
    """Write an experiment with these labels, in a folder whose name ends a style sheet; return its FTP.log."""
    place = folder / "a<" / f"style><img src=x onerror={HIT}>"
    place.mkdir(parents=True)
    log = place / "FTP.log"
    log.write_text("".join(_label(label, number) for number, label in enumerate(ATTACKS)))
    (place / "FTP.json").write_text(_experiment().to_json())
    return log


def _label(label, number):
    results = "".join(
        f"FTP-TEST {i} {label}\n102400 bytes received in 0.0{i + number} secs ({8000 + 10 * i + number}.3 kB/s)\n"
        for i in range(1, 5)
    )
    return (
        f"{results}FTP-TEST 5 {label}\n150 Opening BINARY mode data connection for {label} (102400 bytes).\n"
        f"550 {label}: No such file.\n{label} 102400 bytes of this\n"
    )


def _experiment():
    first, *_ = ATTACKS
    host = Host(first, ATTACKS[1], ATTACKS[2], ATTACKS[3], 8, 2**30, ATTACKS[4])
    servers = tuple(ServerUsed(label, label, 21, f"220 {label}", None, label) for label in ATTACKS)
    base = manifest()
    return replace(
        base,
        host=host,
        client=ClientUsed(ATTACKS[5], first, ATTACKS[1]),
        servers=servers,
        files=tuple(replace(base.files[0], name=label, sha256=label) for label in ATTACKS),
        settings=replace(base.settings, before=first, after=ATTACKS[1]),
    )
