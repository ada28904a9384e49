#!/bin/sh
# Installs one lock file into a virtual environment and says every few seconds how far it is.
# Usage: requirements/install.sh VENV LOCK
set -eu
venv=$1
lock=$2
log=$venv/install.log
total=$(grep -c '^[a-z0-9]' "$lock")

echo "Installing $lock: $total packages, about a minute the first time."
install() {
  "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --require-hashes "$@"
}
# What comes as source alone is built with the tool that is locked: pip by itself would fetch one and not ask for its hash.
(install -r "$(dirname "$0")/build.lock" && install --no-build-isolation -r "$lock") >"$log" 2>&1 &
pip=$!
trap 'kill "$pip" 2>/dev/null; exit 130' INT TERM
ticks=0
while kill -0 "$pip" 2>/dev/null; do
  sleep 0.2
  ticks=$((ticks + 1))
  if [ $((ticks % 25)) -eq 0 ]; then
    if grep -q '^Installing collected' "$log"; then
      echo "  unpacking …"
    else
      echo "  $(grep -c -E '^(Collecting|Requirement already)' "$log") of $total …"
    fi
  fi
done
if ! wait "$pip"; then
  echo "The packages of $lock could not be installed; the end of $log:" >&2
  grep -v '^WARNING' "$log" | tail -n 5 >&2
  exit 1
fi
