#!/usr/bin/env bash
# Installs the Debian packages that only tests use, where that is allowed (root on Debian). Never fails:
# without them the tests that need them skip, and the last lines of the test run say which and how to get them.
set -uo pipefail

present() {
  case $1 in
    postgresql) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing=()
for package in "$@"; do present "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed, and not ours to install: ${missing[*]} (some tests will skip)"
  exit 0
fi
echo "installing for the tests: ${missing[*]}"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# No cluster of its own is made and no service is started: the tests start a throw-away one.
mkdir -p /etc/postgresql-common && [ -e /etc/postgresql-common/createcluster.conf ] ||
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1; then
  echo "could not install ${missing[*]}; apt-get said:"
  tail -n 5 "$log"
fi
rm -f "$log"
