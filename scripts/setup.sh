# What every script here needs first: a Python, a virtual environment with the locked packages, libzbar. Sourced.
# It says what it does on standard error, and nothing when there is nothing to do.

say() { printf 'kiosk: %s\n' "$*" >&2; }
give_up() { say "$*"; exit 1; }

# Whether a command is a Python of at least 3.11 that starts (a version manager's stub may not).
is_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The oldest Python that we support comes first: what works there works on the newer ones.
find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3; do
        if is_python "$name"; then
            echo "$name"
            return
        fi
    done
    give_up "no Python 3.11 or newer found. On Debian 12: sudo apt install python3 python3-pip"
}

# make_venv FOLDER PYTHON: a virtual environment, also where Debian's python3-venv (ensurepip) is missing: then
# without a pip of its own, filled by the system's pip from outside. Neither way needs root.
make_venv() {
    local folder=$1 python=$2
    if "$folder/bin/python" -c '' 2>/dev/null; then
        return
    fi
    rm -rf "$folder"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        say "making the virtual environment $folder with $("$python" --version)"
        "$python" -m venv "$folder"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        say "making the virtual environment $folder with $("$python" --version) and its pip (it has no ensurepip)"
        "$python" -m venv --without-pip "$folder"
    else
        give_up "$python has neither ensurepip nor pip. On Debian: sudo apt install python3-venv"
    fi
}

# pip_in FOLDER PYTHON ARGUMENTS…: the environment's own pip, or the one of the Python that made it.
pip_in() {
    local folder=$1 python=$2
    shift 2
    if "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
        "$folder/bin/python" -m pip "$@"
    else
        "$python" -m pip --python "$folder/bin/python" "$@"
    fi
}

# A stamp in the environment says what has been installed, so that a second run does not do it again.
stamp() { cat "$1" pyproject.toml | cksum; }
has_installed() { [ "$(cat "$1/.installed" 2>/dev/null)" = "$(stamp "$2")" ]; }

# install_locked FOLDER PYTHON LOCK: exactly the packages of the lock, each file checked against its hash, and this
# folder itself.
install_locked() {
    local folder=$1 python=$2 lock=$3
    if has_installed "$folder" "$lock"; then
        return
    fi
    say "installing what $lock lists into $folder (some 150 MB the first time)"
    pip_in "$folder" "$python" install -qq --disable-pip-version-check --require-hashes --requirement "$lock"
    pip_in "$folder" "$python" install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
    stamp "$lock" >"$folder/.installed"
}

# libzbar is the system's: pyzbar is only a door to it. Without it the kiosk reads barcodes with zxing-cpp alone.
install_zbar() {
    local python=$1 root=()
    if "$python" -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library("zbar") is None)'; then
        return
    fi
    if [ -e .venv/.without-zbar ]; then
        return # asked before, and told no
    fi
    local without="going on without libzbar0: barcodes are read with zxing-cpp alone, which misses a few that zbar reads"
    if ! command -v apt-get >/dev/null; then
        say "$without"
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null || ! [ -t 0 ] || ! [ -t 2 ]; then
            say "$without (to add it: sudo apt install libzbar0)"
            return
        fi
        local answer
        read -r -p "kiosk: install the second barcode reader with 'sudo apt-get install libzbar0'? [y/N] " answer
        case $answer in
            [yY]*) ;;
            *) say "$without"; touch .venv/.without-zbar; return ;;
        esac
        if ! sudo -v; then
            say "$without"
            return
        fi
        root=(sudo)
    fi
    say "installing libzbar0, the second barcode reader, with apt-get"
    local install=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends libzbar0)
    if "${install[@]}" >/dev/null 2>&1; then
        return
    fi
    if "${root[@]}" apt-get update -qq >/dev/null 2>&1 && "${install[@]}" >/dev/null 2>&1; then
        return
    fi
    say "apt-get could not install it; $without"
}

# A browser, for the tests of the page that guests' phones see: Debian's, where nobody need be asked for it (it is large).
install_browser() {
    if command -v chromium >/dev/null; then
        return
    fi
    local without="without Chromium: the page for guests' phones is not tried in a browser"
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "$without (to add it: sudo apt install chromium)"
        return
    fi
    say "installing Chromium, for the tests of the page that guests' phones see, with apt-get (some 300 MB)"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium)
    if "${install[@]}" >/dev/null 2>&1; then
        return
    fi
    if apt-get update -qq >/dev/null 2>&1 && "${install[@]}" >/dev/null 2>&1; then
        return
    fi
    say "apt-get could not install it; $without"
}

# set_up_runtime / set_up_development: .venv, with what the kiosk runs on, or with what it is made with as well.
set_up_runtime() {
    PYTHON=$(find_python)
    make_venv .venv "$PYTHON"
    # An environment for development holds everything already.
    has_installed .venv config/requirements-dev.lock || install_locked .venv "$PYTHON" config/requirements.lock
    install_zbar "$PYTHON"
}

set_up_development() {
    PYTHON=$(find_python)
    make_venv .venv "$PYTHON"
    install_locked .venv "$PYTHON" config/requirements-dev.lock
    install_zbar "$PYTHON"
}
