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
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY --from=build /baleen/dist dist
ENTRYPOINT ["node"]
CMD ["dist/apps/cli/main.js", "--help"]
