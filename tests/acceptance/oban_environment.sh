#!/bin/sh
# Makes the environment of Oban for Python, which wants a Python of 3.12 or newer:
#
#     oban_environment.sh ENVIRONMENT
#
# It is optional: where there is no such Python this says so, and the tests that need it are skipped.
set -eu
environment=$1
requirements=$(dirname "$0")/requirements-oban.txt
done=$environment/.installed

if [ -f "$done" ] && cmp -s "$requirements" "$done"; then
    exit 0
fi

candidates="python3.14 python3.13 python3.12 python3"
if command -v pyenv >/dev/null 2>&1; then
    candidates="$candidates $(find "$(pyenv root)/versions" -path '*/bin/python3' | sort -r)"
fi
for python in $candidates; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then
        "$python" -m venv "$environment"
        "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
            --requirement "$requirements"
        cp "$requirements" "$done"
        exit 0
    fi
done
echo "acceptance: no Python of 3.12 or newer; the tests with Oban for Python are skipped" >&2
