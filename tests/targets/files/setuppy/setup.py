from setuptools import setup  # type: ignore[import-untyped]

REQUIRED = [
    "numpy==1.26.4",
    "scipy>=1.11",
]
setup(
    name="a",
    python_requires=">=3.9",
    install_requires=REQUIRED,
    extras_require={"gpu": ["torch==2.4.0"], "all": sorted([])},
)
