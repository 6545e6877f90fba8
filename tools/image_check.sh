#!/usr/bin/env bash
# Builds the image and looks whether it does what it should: tools/image_inside.py says what.
#   ENGINE=docker|podman       the engine to use (default: whichever answers)
#   CONTAINER_CHECK=path       without an engine: a script that builds and runs a Dockerfile and takes
#                              [--build-arg K=V] [-t TAG] [--run-arg X] [--wait exit|health] [--timeout S] CONTEXT [-- COMMAND]
#                              (default: ../shared/tools/container_check.sh beside the project, where it is there)
#   GEONAMES=yes               with the names that GeoNames knows
# Exit status: 0 all is well, 1 something is not, 3 nothing here can build an image.
set -euo pipefail
cd "$(dirname "$0")/.."
tag=localhost/syncbot-check:latest
limit=300   # MB
minutes=10
inside=$(cat tools/image_inside.py)
# As compose.yaml runs it. A read-only root file system in podman brings scratch folders of its own, unless told not to.
tight=(--read-only --tmpfs=/tmp --cap-drop=ALL --security-opt=no-new-privileges)
build=(--build-arg "GEONAMES=${GEONAMES:-no}")

step() { printf '\n== %s\n' "$*"; }
wrong() { printf 'image-check: %s\n' "$*" >&2; exit 1; }

engine() {
  local one
  for one in ${ENGINE:-docker podman}; do
    if command -v "$one" >/dev/null && "$one" info >/dev/null 2>&1; then echo "$one"; return; fi
  done
}

sized() { # sized BYTES-OR-MB: fails over the limit
  printf 'size: %s MB (asked: under %s)\n' "$1" "$limit"
  (( $1 < limit )) || wrong "the image is too large"
}

with_engine() {
  local at=$1 id=
  step "build with $at"
  "$at" build --quiet "${build[@]}" --tag "$tag" .
  sized $(( $("$at" image inspect --format '{{.Size}}' "$tag") / 1000000 ))
  [ "$at" != podman ] || tight+=(--read-only-tmpfs=false)
  for what in demo measure; do
    step "$what, inside"
    timeout "${minutes}m" "$at" run --rm "${tight[@]}" --entrypoint python "$tag" -c "$inside" "$what" || wrong "$what failed"
  done
  step "the service's own health check"
  id=$("$at" run --detach "${tight[@]}" --health-interval=5s --entrypoint python "$tag" -c "$inside" serve)
  # shellcheck disable=SC2064  # this id, now
  trap "'$at' rm --force --volumes '$id' >/dev/null" EXIT
  for _ in $(seq 60); do
    case $("$at" inspect --format '{{.State.Health.Status}}' "$id") in
      healthy) echo healthy; return;;
    esac
    sleep 5
  done
  "$at" logs "$id" >&2
  wrong "it did not become healthy"
}

with_script() {
  local at=$1 size
  tight+=(--read-only-tmpfs=false)
  local run=()
  for one in "${tight[@]}"; do run+=(--run-arg "$one"); done
  run+=(--run-arg --entrypoint=python)
  check() { "$at" "${build[@]}" -t "$tag" "${run[@]}" --timeout $((minutes * 60)) "$@" 2>&1 | tee "$log"; }
  log=$(mktemp); trap 'rm -f "$log"' EXIT
  for what in demo measure; do
    step "$what, inside"
    check --wait exit . -- -c "$inside" "$what" || wrong "$what failed"
    size=$(sed -n 's/.*built .* s, \([0-9]*\)[0-9.]* MB.*/\1/p' "$log")
    [ -z "$size" ] || [ "$what" = measure ] || sized "$size"
  done
  step "the service's own health check"
  check --wait health . -- -c "$inside" serve || wrong "it did not become healthy"
}

beside=../shared/tools/container_check.sh
found=$(engine)
if [ -n "$found" ]; then
  with_engine "$found"
elif [ -n "${CONTAINER_CHECK:-}" ]; then
  with_script "$CONTAINER_CHECK"
elif [ -x "$beside" ]; then
  with_script "$beside"
else
  echo "image-check: neither docker nor podman answers, and CONTAINER_CHECK names no script: nothing was checked" >&2
  exit 3
fi
step "all is well"
