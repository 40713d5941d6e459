# Node-RED with Dragoman in it. Everything that is written lies in /data: database, secrets, flows.
#   docker build -t dragoman . && docker run -p 127.0.0.1:1880:1880 -v dragoman:/data dragoman
# The first start prints the editor's password. The simulator page opens by the link that it prints too.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Not `npm ci`, which refuses a lock file without the linter's binaries for other platforms; the versions are the locked ones all
# the same. Scripts are off: the package's own one builds, and its sources come only with the next line.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund
COPY . .
RUN node build.mjs

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Node-RED is no dependency of the package, or it would drag a second one into a stock Node-RED. Here it becomes one, at the
# version and with the packages that the lock file names.
RUN npm pkg set "dependencies.node-red=$(node -p 'require("./package.json").devDependencies["node-red"]')" \
  && npm pkg delete devDependencies \
  && npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=1880 \
  DRAGOMAN_DATA=/data \
  DRAGOMAN_FLOWS=/data/flows \
  DRAGOMAN_KNOWLEDGE=/data/knowledge
WORKDIR /app
# Speaks where TTS_BASE_URL is unset.
RUN apt-get update && apt-get install -y --no-install-recommends espeak-ng && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY package.json start.mjs settings.ts ./
# A settings file written for 0.1.0 imports these; ours takes what it needs from dist.
COPY core core
COPY adapters adapters
COPY node-red node-red
COPY flows flows
COPY knowledge knowledge
COPY --from=build /app/dist dist
COPY --from=build /app/examples examples
USER node
VOLUME /data
EXPOSE 1880
# Not `/health/ready`: a model that is away for a while is no reason to start anew.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Not `npm start`: npm keeps SIGTERM to itself, and turns that are under way would be cut.
CMD ["node", "start.mjs"]
