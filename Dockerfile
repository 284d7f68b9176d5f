# The service as an image: docker build -t whence .
# Nothing of the build stays in it but an environment with whence, which runs as a user without rights.

FROM node:24-slim AS page
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY ui ./
RUN npm run build

FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/whence
COPY . ./
COPY --from=page /src/service/whence/static service/whence/static
# The versions are those that are tested.
RUN /opt/whence/bin/pip install -c constraints.txt .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin whence \
    && install --directory --owner=whence --mode=0700 /data
COPY --from=build /opt/whence /opt/whence
# XDG_DATA_HOME: the default store and keys.json are in /data. Off loopback whence serves only those who have a key.
ENV PATH=/opt/whence/bin:$PATH PYTHONUNBUFFERED=1 XDG_DATA_HOME=/data WHENCE_HOST=0.0.0.0 WHENCE_PORT=8760
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8760
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as http; http.urlopen('http://127.0.0.1:' + os.environ['WHENCE_PORT'] + '/ready', timeout=4)"]
ENTRYPOINT ["whence"]
CMD ["serve"]
