#!/bin/sh
# A farm for CI jobs: start.sh nodes://10.0.0.[1:9]:2375. Jobs set DOCKER_HOST=tcp://<this machine>:2375 and reach what they publish there.
# A trusted network only; elsewhere give BALEEN_FARM_FLAGS="--tlsverify --tlscacert … --tlscert … --tlskey … --engine-tls off".
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck disable=SC2086 # flags are words
exec "$here/../../bin/baleen" manage -H "${BALEEN_FARM_HOST:-tcp://0.0.0.0:2375}" ${BALEEN_FARM_FLAGS:---insecure-no-auth} \
  --publish gateway --strategy binpack --gateways 2 --monitors 2 --schedulers 2 "$@"
