"""How far the verdicts of ftpstats can be trusted, measured by simulation: `python -m benchmarks.calibration`."""
