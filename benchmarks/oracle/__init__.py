"""An oracle of pickles: composes files that act, really loads them, and asks what a scan says."""
