# FinRAG, the reference service. Build: docker build --network host --build-arg REVISION=$(git rev-parse HEAD) .
# A machine with its own CA bundle passes it as a secret: --secret id=pip_cert,src=/etc/ssl/certs/ca-certificates.crt
ARG BASE_IMAGE=python:3.11-slim-bookworm

# The dependencies: installed with hashes, then cut down to what runs. Changes with requirements/service.txt only.
FROM ${BASE_IMAGE} AS dependencies
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
COPY requirements/service.txt service/image/trim.py ./
RUN python3 -m venv --without-pip /opt/venv && python3 -m venv /build/tool
RUN --mount=type=secret,id=pip_cert --mount=type=secret,id=pip_conf \
    if [ -f /run/secrets/pip_cert ]; then export PIP_CERT=/run/secrets/pip_cert; fi; \
    if [ -f /run/secrets/pip_conf ]; then export PIP_CONFIG_FILE=/run/secrets/pip_conf; fi; \
    site="$(/opt/venv/bin/python -c 'import site; print(site.getsitepackages()[0])')" \
    && /build/tool/bin/pip install --only-binary :all: --no-deps --no-compile --require-hashes --target "$site" -r service.txt \
    && /opt/venv/bin/python trim.py /opt/venv

# The code, compiled once with hashes instead of times, so that the same commit gives the same layer.
FROM ${BASE_IMAGE} AS code
WORKDIR /app
COPY service/ service/
COPY ml_config.yaml ./
RUN rm -rf service/ingest service/image \
    && python3 -m compileall -q --invalidation-mode unchecked-hash service \
    && find /app -exec touch -h -d @0 {} +

FROM ${BASE_IMAGE}
COPY --from=dependencies /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8080 FINRAG_CACHE_DIR=/tmp/finrag-cache OPENBLAS_NUM_THREADS=1
WORKDIR /app
COPY --from=code /app /app
# Fargate gives a volume mounted at /tmp the rights that the image declares here; the root file system is read-only.
VOLUME ["/tmp"]
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "service.healthcheck"]
ENTRYPOINT ["python"]
CMD ["-m", "service"]
ARG SOURCE=""
ARG REVISION=unknown
ARG CREATED=""
ENV FINRAG_COMMIT=${REVISION}
LABEL org.opencontainers.image.title="finrag" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
