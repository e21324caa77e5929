# What every step of scripts/install-pi is made of: said, done once, and in a dry run only said. Sourced.
# shellcheck shell=bash disable=SC2154

# do_it WHAT COMMAND…: say it and do it; in a dry run only say it.
do_it() {
    say "$($dry && echo "would: ")$1"
    shift
    $dry || "$@"
}

# place MODE OWNER SOURCE TARGET: a file as it should be; nothing where it is so already.
place() {
    local mode=$1 owner=$2 source=$3 target=$4
    if cmp --silent "$source" "$target" && [ "$(stat --format='%a %U:%G' "$target")" = "$mode $owner" ]; then
        return
    fi
    do_it "write $target" install -D --mode="$mode" --owner="${owner%:*}" --group="${owner#*:}" "$source" "$target"
}

# folder MODE OWNER PATH
folder() {
    if [ -d "$3" ] && [ "$(stat --format='%a %U:%G' "$3")" = "$1 $2" ]; then
        return
    fi
    do_it "make $3" install --directory --mode="$1" --owner="${2%:*}" --group="${2#*:}" "$3"
}

# remove PATH…: what is there of these.
remove() {
    local path
    for path in "$@"; do
        if [ -e "$path" ] || [ -L "$path" ]; then
            do_it "remove $path" rm -rf "$path"
        fi
    done
}

# link TARGET PATH: at once, so that no power cut leaves nothing there.
link() { ln -sfn "$1" "$2.new" && mv -T "$2.new" "$2" && sync "$OPT"; }
has_systemd() { [ -d /run/systemd/system ]; }
is_on() { has_systemd && systemctl --quiet is-active "$1"; }
version_at() { basename "$(readlink "$OPT/$1" 2>/dev/null || true)"; }

