"""What is measured of ftpstats itself: its speed, and how far its verdicts can be trusted."""
