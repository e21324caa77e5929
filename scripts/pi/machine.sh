# The machine under a gate: whether it will do, its packages, the gate's own user. Sourced by scripts/install-pi.
# shellcheck shell=bash disable=SC2154

check_machine() {
    local codename
    [ "$(id -u)" -eq 0 ] || give_up "run it as root: sudo scripts/install-pi"
    codename=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")
    case $codename in
        bookworm | trixie) ;;
        *) give_up "this is ${codename:-an unknown system}: Raspberry Pi OS or Debian, bookworm or trixie, is needed" ;;
    esac
    case $(dpkg --print-architecture) in
        arm64 | amd64) ;;
        *) give_up "a 64-bit system is needed: the barcode readers are not made for 32 bits" ;;
    esac
    command -v systemctl >/dev/null || give_up "systemd is needed"
    case $(stat --file-system --format=%T "$(existing "$STATE")") in
        overlayfs | tmpfs | ramfs)
            give_up "$STATE would be gone at the next restart: switch the overlay off, or mount a partition of its own there" ;;
    esac
}

GROUPS_WANTED=(video input dialout gpio audio)

# existing PATH: it, or the nearest folder above it that is there.
existing() {
    local at=$1
    while [ ! -e "$at" ]; do at=$(dirname "$at"); done
    echo "$at"
}

install_packages() {
    local wanted=(python3 python3-venv libzbar0 libportaudio2 util-linux ca-certificates) missing=() package
    # Relays on a Raspberry Pi's pins: for Python 3.12 and newer there is no other build.
    [ "$(dpkg --print-architecture)" != arm64 ] || wanted+=(python3-lgpio)
    [ "$face" != cage ] || wanted+=(cage foot xwayland fonts-dejavu-core)
    dpkg --status chrony >/dev/null 2>&1 || wanted+=(systemd-timesyncd)
    for package in "${wanted[@]}"; do
        has_package "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        do_it "install ${missing[*]} with apt-get" apt_install "${missing[@]}"
    fi
}

has_package() {
    local name
    for name in "$1" "$1t64"; do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] && return
    done
    return 1
}

apt_install() {
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@")
    "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; }
}

make_user() {
    local group missing=()
    if ! getent passwd kiosk >/dev/null; then
        do_it "add the user kiosk, who cannot log in" useradd --system --user-group --home-dir "$STATE" --no-create-home \
            --shell /usr/sbin/nologin --comment "Ticket gate" kiosk
    elif id --name --groups kiosk | grep --quiet --word-regexp --extended-regexp 'sudo|adm|wheel|root'; then
        give_up "there is a user kiosk who may become root: take that away (gpasswd --delete kiosk sudo), or rename them"
    fi
    for group in "${GROUPS_WANTED[@]}"; do
        getent group "$group" >/dev/null || continue # gpio is Raspberry Pi OS's own
        id --name --groups kiosk 2>/dev/null | grep --quiet --word-regexp "$group" || missing+=("$group")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        do_it "let kiosk use ${missing[*]}" usermod --append --groups "$(IFS=,; echo "${missing[*]}")" kiosk
    fi
}

