#!/usr/bin/env bash
# Tries docker-compose.yml for real: builds the image, starts everything, waits until it is healthy, asks the rdb for rows and an anomaly,
# takes it down and shows that the log is still there. Needs a Docker engine and docker-compose (or the compose plugin).
#   scripts/test-docker.sh [--keep]      --keep leaves the image and the volumes
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "test-docker: $*" >&2; exit 1; }
docker info >/dev/null 2>&1 || fail "no Docker engine answers: start one, or add yourself to its group"
if docker compose version >/dev/null 2>&1; then compose=(docker compose); elif command -v docker-compose >/dev/null; then compose=(docker-compose)
else fail "neither 'docker compose' nor docker-compose is installed"; fi
compose+=(-p tickwatch-test)

clean() {
  local code=$?
  if [ $code -ne 0 ]; then "${compose[@]}" ps || true; "${compose[@]}" logs --tail 40 || true; fi
  "${compose[@]}" down --remove-orphans $([ "$keep" = 1 ] || echo --volumes) >/dev/null 2>&1 || true
  exit $code
}
keep=0
[ "${1:-}" = --keep ] && keep=1
trap clean EXIT

ask() { "${compose[@]}" exec -T rdb tickwatch query localhost:5011 "$1" --format csv </dev/null | tail -n 1 | tr -d '\r'; }  # CSV ends its lines with CR LF
within() { # seconds, what, command...: until the command succeeds
  local until=$((SECONDS + $1)) what=$2; shift 2
  until "$@"; do [ $SECONDS -lt $until ] || fail "$what: not within the time"; sleep 1; done
}
state() { docker inspect --format '{{.State.Health.Status}}' "$("${compose[@]}" ps -q "$1")" 2>/dev/null; }
healthy() { [ "$(state "$1")" = healthy ]; }
more_than() { local n; n=$(ask "$2" 2>/dev/null) && [ "${n:-0}" -gt "$1" ] 2>/dev/null; }

echo "== config and build"
"${compose[@]}" config -q
"${compose[@]}" build
echo "== up"
"${compose[@]}" up -d
for service in tickerplant rdb detector; do within 120 "$service healthy" healthy "$service"; echo "$service is healthy"; done
within 60 "rows in the rdb" more_than 100 "count server"
echo "rows in the rdb: $(ask 'count server')"
within 90 "an anomaly" more_than 0 "count anomaly"
echo "anomalies: $(ask 'count anomaly')"
within 10 "anomalies.jsonl" "${compose[@]}" exec -T detector test -s /var/lib/tickwatch/detector/anomalies.jsonl
"${compose[@]}" exec -T detector head -n 1 /var/lib/tickwatch/detector/anomalies.jsonl

echo "== what a container may not do"
[ "$("${compose[@]}" exec -T rdb id -u)" = 10001 ] || fail "the rdb runs as root"
! "${compose[@]}" exec -T rdb touch /opt/tickwatch/x 2>/dev/null || fail "the root file system can be written"
! "${compose[@]}" exec -T rdb touch /var/lib/tickwatch/log/x 2>/dev/null || fail "the rdb can write to the tick log"
"${compose[@]}" port tickerplant 5010 | grep -q '^127\.0\.0\.1:' || fail "the tickerplant is published beyond loopback"

echo "== down; the log stays"
"${compose[@]}" down
"${compose[@]}" run --rm --no-deps --entrypoint sh tickerplant -c 'ls -l /var/lib/tickwatch/log && test -s "$(ls -d /var/lib/tickwatch/log/server20??.??.??)"'
echo "docker-compose.yml works"
