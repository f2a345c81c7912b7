#!/usr/bin/env bash
# Installs the C libraries that the build needs, on Debian and Ubuntu; elsewhere says what to install.
# Installs only what is missing, and is done in a moment when nothing is.
set -euo pipefail

# What proves it is there (a command, or a pkg-config module) · Debian package
needed=(
    "command:pkg-config  pkg-config"
    "command:sqlite3     sqlite3"
    "command:zstd        zstd"
    "module:sqlite3      libsqlite3-dev"
    "module:zlib         zlib1g-dev"
    "module:libzstd      libzstd-dev"
    "module:simdjson     libsimdjson-dev"
    "module:libisal      libisal-dev"
    "module:re2          libre2-dev"
)

# Hashes two lines side by side; the ingest does without it elsewhere.
if [[ $(uname -sm) == "Linux x86_64" ]]; then needed+=("header:intel-ipsec-mb.h  libipsec-mb-dev"); fi

say() { printf 'setup: %s\n' "$*" >&2; }

fail() {
    printf 'setup: error: %s\n' "$1" >&2
    shift
    (($# == 0)) || printf '       %s\n' "$@" >&2
    exit 1
}

is_there() {
    case $1 in
        command:*) command -v "${1#command:}" >/dev/null 2>&1 ;;
        header:*) [[ -e /usr/include/${1#header:} ]] ;;
        module:*) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "${1#module:}" ;;
    esac
}

# Fills the array `missing` with Debian package names.
look_around() {
    missing=()
    local entry proof package
    for entry in "${needed[@]}"; do
        read -r proof package <<<"$entry"
        is_there "$proof" || missing+=("$package")
    done
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "these packages are missing and neither root nor sudo is at hand: ${missing[*]}" \
            "Ask an administrator to run: apt-get install ${missing[*]}"
    fi
}

# Mirrors are sometimes busy: three tries, then go on with the package lists at hand.
update_package_lists() {
    local try
    for try in 1 2 3; do
        if as_root apt-get update -qq -o Acquire::Retries=3 >&2; then return; fi
        say "apt-get update failed (try $try of 3)"
        ((try == 3)) || sleep $((try * 5))
    done
    say "going on with the package lists at hand"
}

install_packages() {
    # The environment is set by `env`, as sudo does not pass on its own.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "${missing[@]}" >&2
}

if ! command -v swift >/dev/null 2>&1; then
    fail "no Swift toolchain found (the command swift)" \
        "Install Swift 6.2 or newer from https://www.swift.org/install and put its usr/bin on PATH."
fi

look_around
if ((${#missing[@]} == 0)); then exit 0; fi

if ! command -v apt-get >/dev/null 2>&1; then
    fail "these libraries are missing (by their Debian names): ${missing[*]}" \
        "This script installs on Debian and Ubuntu only. Elsewhere:" \
        "  macOS:        brew install pkgconf sqlite zlib zstd simdjson isa-l re2" \
        "  Fedora:       dnf install pkgconf sqlite sqlite-devel zlib-devel zstd libzstd-devel simdjson-devel" \
        "                            isa-l-devel re2-devel" \
        "Then run this again: it looks for them with pkg-config."
fi

say "installing what the build needs: ${missing[*]}"
update_package_lists
install_packages || fail "apt-get could not install: ${missing[*]}" "See its messages above; then run this again."

look_around
((${#missing[@]} == 0)) || fail "installed, but pkg-config still does not find: ${missing[*]}" \
    "Is PKG_CONFIG_PATH or PKG_CONFIG_LIBDIR set to another system's folders?"
say "done"
