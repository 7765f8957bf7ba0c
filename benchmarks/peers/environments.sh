#!/bin/sh
# Makes the environments of the programs that the benchmarks compare with, where they can be made:
#
#     environments.sh PYTHON
#
# Each is optional. What cannot be installed is said here and left out of the tables.
set -eu
python=$1
here=$(dirname "$0")

# make ENVIRONMENT REQUIREMENTS: an unchanged one is left as it is.
make() {
    environment=$1
    requirements=$here/$2
    done=$environment/.installed
    if [ -f "$done" ] && cmp -s "$requirements" "$done"; then
        return
    fi
    if "$python" -m venv "$environment" &&
        "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
            --requirement "$requirements"; then
        cp "$requirements" "$done"
    else
        echo "bench: $2 could not be installed; its rows will be missing" >&2
    fi
}

make .venv-peers requirements.txt
make .venv-triotp requirements-triotp.txt
make .venv-epp requirements-epp.txt
make .venv-jobs requirements-jobs.txt
sh "$here/../../tests/acceptance/oban_environment.sh" .venv-oban ||
    echo "bench: Oban for Python could not be installed; its row will be missing" >&2

command -v elixir >/dev/null 2>&1 ||
    echo "bench: no elixir (Debian: elixir); the BEAM's rows will be missing" >&2
perl -MNet::EPP::Simple -e1 >/dev/null 2>&1 ||
    echo "bench: no Net::EPP (Debian: libnet-epp-perl); its row will be missing" >&2
