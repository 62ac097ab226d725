# One image for every app; docker-compose.yml chooses which one a container runs.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /baleen
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json rspack.config.mjs ./
COPY libs libs
COPY apps apps
RUN npm run build

# Optional packages are left out: they are Node itself, for machines that lack it.
FROM ${NODE_IMAGE}
WORKDIR /baleen
ENV NODE_ENV=production
# Debian packages to add. Engines listed as ssh:// need openssh-client (about 8 MB); nothing else does, so it is asked for.
ARG PACKAGES=
RUN if [ -n "$PACKAGES" ]; then apt-get update && apt-get install -y --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; fi
COPY package.json package-lock.json .npmrc rspack.config.mjs ./
# The bundles have most packages within: only those stay that do not fit into one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
  && npm uninstall --no-save --omit=dev --omit=optional --ignore-scripts $(node -p "const { outside } = require('./rspack.config.mjs'); Object.keys(require('./package.json').dependencies).filter((name) => !outside.includes(name)).join(' ')") \
  && npm cache clean --force
COPY --from=build /baleen/dist dist
# Volumes take the owner of the folder they are mounted over.
RUN mkdir -p /var/log/baleen /keys/server /keys/creds/discovery /keys/creds/engine-monitor /keys/creds/scheduler /keys/creds/api-gateway && chown -R 1000:1000 /keys /var/log/baleen && chmod 700 /var/log/baleen && chmod -R go-rwx /keys && chmod 755 /keys/server
USER 1000:1000
ENV BALEEN_HEALTH_PORT=8080
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=10 CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.BALEEN_HEALTH_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# The option that `baleen manage` gives its services too.
ENTRYPOINT ["node", "--max-semi-space-size=16"]
CMD ["dist/apps/cli/main.js", "--help"]
