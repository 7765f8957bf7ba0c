#!/bin/sh
# Has the programs from Debian that the acceptance tests need: installs what is missing when it is
# run by root on a machine with apt-get, else names it and fails. Quick when all is there.
set -eu

missing=""

# need PACKAGE COMMAND [ARGUMENT…]: the package is missing when the command fails.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

look() {
    missing=""
    need chromium command -v chromium
    need openssh-client command -v ssh
    need openssh-client command -v ssh-keygen
    need netcat-openbsd sh -c 'nc -h 2>&1 | grep -q OpenBSD'
    need libnet-epp-perl perl -MNet::EPP::Simple -e1
    missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ' | sed 's/ *$//')
}

look
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "acceptance: these packages of Debian are missing: $missing" >&2
    echo "acceptance: install them, as in: apt-get install --no-install-recommends $missing" >&2
    exit 1
fi

echo "acceptance: installing $missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # one word per package
if ! { apt-get update --quiet --quiet &&
    apt-get install --quiet --quiet --yes --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "acceptance: apt-get could not install $missing" >&2
    exit 1
fi
look
if [ -n "$missing" ]; then
    echo "acceptance: still missing after their installation: $missing" >&2
    exit 1
fi
