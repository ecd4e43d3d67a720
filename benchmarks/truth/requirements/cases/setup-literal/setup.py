from setuptools import find_packages, setup

REQUIRED = [
    "numpy>=1.20,<1.24",
    "pandas>=1.4,<2",
    "scikit-learn>=1.0,<1.2",
]

setup(
    name="fraud",
    version="3.1",
    packages=find_packages(),
    python_requires=">=3.8,<3.11",
    install_requires=REQUIRED,
    extras_require={"boost": ["lightgbm>=3.3,<4"]},
)
