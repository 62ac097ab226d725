#!/bin/sh
# Stands in for testcontainers/ryuk, whose protocol it speaks: a client connects to port 8080 and sends lines of filters
# (label=key=value&label=...), each acknowledged with ACK. Some seconds after the last connection has closed, what the filters
# match is removed, through the Docker API that the docker CLI finds: DOCKER_HOST, or the mounted socket.
reconnection_seconds=$(echo "${RYUK_RECONNECTION_TIMEOUT:-10s}" | tr -d s)
connection_seconds=$(echo "${RYUK_CONNECTION_TIMEOUT:-60s}" | tr -d s)
mkdir -p /tmp/sessions
: >/tmp/filters

# Ids that a list command prints for a filter line, one a line.
listed() {
  filters=$1
  shift
  # shellcheck disable=SC2086
  "$@" $(echo "--filter $filters" | sed 's/&/ --filter /g')
}

remove_all() {
  sort -u /tmp/filters | while read -r filters; do
    listed "$filters" docker ps -aq --no-trunc | grep -v "^$(hostname)" | xargs -r docker rm -fv
    listed "$filters" docker network ls -q | xargs -r docker network rm
    listed "$filters" docker volume ls -q | xargs -r docker volume rm -f
    listed "$filters" docker image ls -q | sort -u | xargs -r docker rmi -f
  done
}

nc -ll -p 8080 -e /ryuk/session.sh &
echo "Started"
met=no
idle=0
while sleep 1; do
  if [ -n "$(ls /tmp/sessions)" ]; then
    met=yes
    idle=0
    continue
  fi
  idle=$((idle + 1))
  [ $met = no ] && [ $idle -ge "$connection_seconds" ] && exit 1
  [ $met = yes ] && [ $idle -ge "$reconnection_seconds" ] && break
done
remove_all
