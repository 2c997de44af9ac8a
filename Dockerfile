# The hub with production packages only. The container listens on all its addresses; publish the port where you want it.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# The page is built here; what builds it stays behind.
FROM node:26-slim AS page
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --ignore-scripts
COPY scripts/build-web.mjs scripts/build-web.mjs
COPY web web
RUN node scripts/build-web.mjs

FROM node:26-slim
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/node-compile-cache \
    HOST=0.0.0.0 \
    PORT=4000 \
    SWITCHYARD_DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY connectors connectors
COPY mappings mappings
COPY server server
COPY --from=page /app/web/dist web/dist
# For operators: rotate-key, store and explain run inside the container.
COPY scripts scripts
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# As "start" in package.json; DECISIONS 21 says why.
CMD ["node", "--expose-gc", "--max-semi-space-size=16", "--initial-old-space-size=80", "--heap-growing-percent=60", "server/start.mjs"]
