# docker build -t modelaudit . && docker run --rm --network none -v "$PWD:/work:ro" modelaudit scan .
FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml setup.py README.md LICENSE ./
COPY modelaudit modelaudit
COPY rules rules
RUN python -m venv /opt/modelaudit \
    && /opt/modelaudit/bin/pip install --no-cache-dir --disable-pip-version-check ".[archives,confined,sbom]"

FROM python:3.12-slim
COPY --from=build /opt/modelaudit /opt/modelaudit
ENV PATH=/opt/modelaudit/bin:$PATH PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin modelaudit
USER 10001
WORKDIR /work
ENTRYPOINT ["modelaudit"]
CMD ["--help"]
