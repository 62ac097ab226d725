# One image for every app; docker-compose.yml chooses which one a container runs.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /baleen
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json rspack.config.mjs ./
COPY libs libs
COPY apps apps
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
WORKDIR /baleen
ENV NODE_ENV=production
COPY --from=build /baleen/package.json ./
COPY --from=build /baleen/node_modules node_modules
COPY --from=build /baleen/dist dist
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/apps/cli/main.js", "--help"]
