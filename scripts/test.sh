#!/usr/bin/env bash
# Everything that must pass: formatting, compiler, null and dependency checks, unit and system tests. Needs a JDK 17 or
# newer and Maven 3.8 or newer; tests that need more (node, a container engine) run where it is there.
#   scripts/test.sh                  all of it
#   scripts/test.sh -pl ipc          what Maven is told: one module
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One of the system tests runs a node-q client, where node is.
node=system-tests/target/node
if command -v npm >/dev/null 2>&1 && [ ! -d $node/node_modules/node-q ]; then
  mkdir -p $node
  cp system-tests/src/test/node/* $node/
  (cd $node && npm install --no-package-lock --no-audit --no-fund --silent) \
    || echo "test.sh: npm could not install node-q; the test that needs it is skipped" >&2
fi
exec mvn -B -ntp verify "$@"
