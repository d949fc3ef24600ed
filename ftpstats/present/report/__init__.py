"""A report on measurements: everything that is known of them, as one HTML page or as Markdown. Nothing is computed."""
