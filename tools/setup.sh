#!/usr/bin/env bash
# Makes .venv: a Python that is there already, uv by pip, what requirements-dev.txt pins, and syncbot from this tree.
# Called by make when a file it depends on is newer than the last set-up. PYTHON=... chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
uv_version=0.13.9
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy PIP_DISABLE_PIP_VERSION_CHECK=1
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
  local name found version seen=""
  for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    found=$(command -v "$name" 2>/dev/null) || continue
    version=$("$found" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    seen+="  $found is Python $version"
    if ! "$found" -c "$new_enough"; then seen+=", too old"$'\n'
    elif ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then seen+=", without venv (Debian: apt-get install python3-venv)"$'\n'
    else echo "$found"; return; fi
  done
  echo "syncbot needs Python 3.11 or newer with the module venv."
  if [ -n "$seen" ]; then printf 'Found:\n%s' "$seen"; else echo "No Python was found on the PATH."; fi
  echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make setup PYTHON=/path/to/python3"
  return 1
}

if ! .venv/bin/python -c "$new_enough" 2>/dev/null; then
  python=$(find_python) || { echo "$python" >&2; exit 1; }
  rm -rf .venv
  echo "making .venv with $python (once; about half a minute)"
  "$python" -m venv .venv
fi
[ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$uv_version" ] ||
  .venv/bin/python -m pip install -qq "uv==$uv_version"
uv=(.venv/bin/uv pip)
# Compiled once here (six seconds), since where PYTHONDONTWRITEBYTECODE is set every start would compile it all again.
"${uv[@]}" sync --quiet --compile-bytecode --require-hashes --python .venv/bin/python requirements-dev.txt
"${uv[@]}" install --quiet --no-deps --no-build-isolation --python .venv/bin/python --editable .
.venv/bin/python -m compileall -q syncbot
