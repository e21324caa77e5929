# A version of the program, in a folder of its own, and everything outside of it that belongs to it. Sourced by
# scripts/install-pi.
# shellcheck shell=bash disable=SC2154

# The number that a release has, and what tells two trees of one number apart.
version_here() {
    local number content
    number=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' kiosk/__init__.py)
    content=$(find kiosk config scripts/pi pyproject.toml -type f -not -path '*/__pycache__/*' -print0 |
        LC_ALL=C sort --zero-terminated | xargs --null sha256sum | sha256sum | cut --characters=1-8)
    echo "$number+$content"
}

make_version() {
    if [ -e "$OPT/$1/.whole" ]; then
        return
    fi
    do_it "make $OPT/$1: the program and what config/requirements.lock lists, each file checked against its hash" \
        fill_version "$1"
}

# In its own folder, beside the version that runs. `.whole` comes last: what a power cut left half-made is made again.
fill_version() {
    local at=$OPT/$1
    rm -rf "$at"
    python3 -m venv "$at"
    pip_here "$at" --require-hashes --requirement config/requirements.lock
    pip_here "$at" --no-deps --no-build-isolation .
    # Last on the path: what only the system has, as a Raspberry Pi's own camera and pins (python3-picamera2, -lgpio).
    echo /usr/lib/python3/dist-packages >"$(echo "$at"/lib/python3*/site-packages)/debian.pth"
    mkdir -p "$at/share/kiosk"
    cp -r config/systemd config/udev scripts/pi "$at/share/kiosk/"
    install -D --mode=644 README.md "$at/share/doc/kiosk/README.md"
    "$at/bin/kiosk" --version >/dev/null
    sync --file-system "$at"
    touch "$at/.whole"
    sync --file-system "$at"
}

pip_here() {
    local at=$1
    shift
    "$at/bin/python" -m pip install -qq --disable-pip-version-check --no-cache-dir --root-user-action=ignore "$@"
}

# Everything outside of /opt/kiosk that belongs to a version.
place_files() {
    local share=$OPT/$1/share/kiosk unit wrapper=$OPT/$1/share/kiosk/pi/kiosk
    if [ ! -d "$share" ]; then # a dry run, before there is one
        share=config
        wrapper=scripts/pi/kiosk
    fi
    place 755 root:root "$wrapper" /usr/local/bin/kiosk
    for unit in "${UNITS[@]}"; do
        place 644 root:root "$share/systemd/$unit" "/etc/systemd/system/$unit"
        place 644 root:root "$share/systemd/hardening.conf" "/etc/systemd/system/$unit.d/10-hardening.conf"
    done
    case $face in
        cage) place 644 root:root "$share/systemd/cage.conf" /etc/systemd/system/kiosk@.service.d/20-cage.conf ;;
        screen) remove /etc/systemd/system/kiosk@.service.d/20-cage.conf ;;
    esac
    place 644 root:root "$share/systemd/journald.conf" /etc/systemd/journald.conf.d/60-kiosk.conf
    place 644 root:root "$share/systemd/sysctl.conf" /etc/sysctl.d/60-kiosk.conf
    place 644 root:root "$share/udev/70-kiosk-scanners.rules" /etc/udev/rules.d/70-kiosk-scanners.rules
}

make_places() {
    local example
    folder 755 root:root "$OPT"
    folder 755 root:root "$ETC"
    folder 700 root:root "$ETC/credentials"
    folder 700 kiosk:kiosk "$STATE"
    if [ ! -e "$ETC/kiosk.toml" ]; then
        example=$(mktemp)
        # The key is a credential, not a file that the program opens by itself.
        sed -e 's/^api_key_file = /#&/' -e 's/^#api_key_env = /api_key_env = /' config/kiosk.example.toml >"$example"
        place 640 root:kiosk "$example" "$ETC/kiosk.toml"
        rm -f "$example"
    fi
}

