"""The list of packages, which pyproject.toml cannot give: one of them lies outside modelaudit/."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["modelaudit", "modelaudit.*"]), "modelaudit.rules"])
