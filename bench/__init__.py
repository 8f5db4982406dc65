"""Every figure that we claim, measured in one run: `make bench`."""
