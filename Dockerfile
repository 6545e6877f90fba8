# Two stages: the first has pip and builds, the second has only Python, the pinned packages and syncbot.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# The builder's environment stays behind; what is installed goes to /opt/syncbot without pip.
RUN python3 -m venv /builder && python3 -m venv --without-pip /opt/syncbot
COPY requirements.txt requirements-build.txt ./
RUN /builder/bin/pip install --quiet --require-hashes -r requirements-build.txt \
 && /builder/bin/pip --python /opt/syncbot/bin/python install --quiet --no-deps --require-hashes --only-binary :all: \
    -r requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY mappings mappings
COPY syncbot syncbot
RUN /builder/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /builder/bin/pip --python /opt/syncbot/bin/python install --quiet --no-deps --no-index /wheels/*.whl

FROM python:3.11-slim
LABEL org.opencontainers.image.title="syncbot" org.opencontainers.image.licenses="EUPL-1.2"
# The state (a SQLite file by default) lives in /data; everything else may be read-only.
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin syncbot \
 && mkdir /data && chown syncbot /data
COPY --from=build /opt/syncbot /opt/syncbot
COPY mappings /etc/syncbot/mappings
ENV PATH=/opt/syncbot/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SYNCBOT_MAPPINGS=/etc/syncbot/mappings \
    SYNCBOT_DATABASE_URL=sqlite:////data/syncbot.sqlite
USER 10001
WORKDIR /data
VOLUME /data
# Each command ends, and its exit status is the answer; a health figure beside it would only say that Python starts.
HEALTHCHECK NONE
ENTRYPOINT ["syncbot"]
CMD ["--help"]
