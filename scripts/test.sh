#!/usr/bin/env bash
# Everything that must pass: formatting, compiler, null and dependency checks, unit and system tests. Needs a JDK 17 or
# newer and Maven 3.8 or newer; tests that need more (node, a container engine) run where it is there.
#   scripts/test.sh                  all of it
#   scripts/test.sh -pl ipc          what Maven is told: one module
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec mvn -B -ntp verify "$@"
