"""The version of this release; the distribution takes it from here."""

VERSION = "0.1.0"
