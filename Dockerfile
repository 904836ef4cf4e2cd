# One image for web, worker and scheduler; the role is an argument of `serve`.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
# Git reads descriptors out of repositories.
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 callboard \
    && install -d -o callboard /data
COPY --from=build /venv /venv
COPY . /app
RUN PIP_NO_CACHE_DIR=1 /venv/bin/pip install --no-build-isolation --no-deps --editable /app
WORKDIR /app
USER callboard
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CALLBOARD_DATA_DIR=/data
VOLUME /data
EXPOSE 7007
ENTRYPOINT ["callboard"]
CMD ["serve", "--host", "0.0.0.0"]
