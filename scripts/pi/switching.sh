# From one version to another, and back where the new one is worse. Sourced by scripts/install-pi.
# shellcheck shell=bash disable=SC2154

# The unit that is wanted: as asked, else as it is, else with the screen.
wanted_unit() {
    if [ "$face" = headless ] || { [ -z "$face" ] && is_enabled "$HEADLESS"; }; then
        echo "$HEADLESS"
    else
        echo "$SHOWN"
    fi
}

is_enabled() { [ "$(systemctl is-enabled "$1" 2>/dev/null)" = enabled ]; }

# examine VERSION WORDS…: its doctor, as the gate's own user.
examine() {
    local version=$1
    shift
    KIOSK_PROGRAM=$OPT/$version/bin/kiosk timeout 120 scripts/pi/kiosk doctor "$@"
}

# Whether a new version finds nothing wrong that the old one did not; both are asked while no engine has the devices.
is_no_worse() {
    local old=$1 new=$2 before tell
    before=$(mktemp -d)
    chmod 711 "$before"
    examine "$old" --json >"$before/doctor.json" 2>"$before/errors" || true
    chmod 644 "$before/doctor.json"
    if [ -s "$before/doctor.json" ]; then
        tell=(--since "$before/doctor.json")
    else
        say "$old has no doctor to compare with: the new version must find the gate ready"
        tell=()
    fi
    # Twice, because an office may fail to answer once.
    if examine "$new" "${tell[@]}" || { sleep 5; examine "$new" "${tell[@]}"; }; then
        rm -rf "$before"
        return 0
    fi
    rm -rf "$before"
    return 1
}

switch_to() {
    local new=$1 old unit
    old=$(version_at current)
    unit=$(wanted_unit)
    if $dry || [ "$old" = "$new" ]; then
        [ -z "$old" ] || [ "$old" = "$new" ] || say "would: examine $old and $new, and stay with $old where $new finds more wrong"
        finish "$new" "$unit"
        return
    fi
    if [ -n "$old" ]; then
        say "update from $old to $new: the gate stops for as long as both are examined"
        stop_units
        if ! is_no_worse "$old" "$new" >&2; then
            say "$new finds more wrong than $old: staying with $old"
            start_unit "$unit" || true
            exit 1
        fi
        copy_record "$old" "$new"
        link "$old" "$OPT/previous"
    fi
    link "$new" "$OPT/current"
    finish "$new" "$unit" || go_back_to "$old" "$unit"
}

# finish VERSION UNIT: everything around a version as it should be, and the unit started, or again where it has changed.
finish() {
    local before
    before=$(units_there)
    place_files "$1" && enable "$2" || return
    if ! $dry && is_on "$2" && [ "$before" != "$(units_there)" ]; then
        say "restart $2: it has changed"
        systemctl daemon-reload && systemctl restart "$2"
    else
        start_unit "$2"
    fi
}

units_there() { find /etc/systemd/system -path '*/kiosk*' -type f -exec sha256sum {} + | sort; }

go_back_to() {
    [ -n "$1" ] || give_up "the gate does not come up: journalctl --unit '$2' says why"
    say "the new version does not come up: back to $1"
    systemctl stop "$2" || true
    restore_record
    link "$1" "$OPT/current"
    place_files "$1"
    start_unit "$2" || give_up "neither does $1: journalctl --unit '$2' says why"
    exit 1
}

# A new version may give the record a new form, which the old one cannot read. Before it is ready it takes no scan and
# asks no office, so that the record of before is complete where it never came up.
copy_record() {
    rm -rf "$STATE/before-update"
    if [ "$(forms "$1")" != "$(forms "$2")" ]; then
        say "the record is copied first: the new version gives it a new form"
        install --directory --mode=700 --owner=kiosk --group=kiosk "$STATE/before-update"
        find "$STATE" -maxdepth 1 -name '*.sqlite3*' -exec cp --archive --target-directory "$STATE/before-update" {} +
        sync --file-system "$STATE"
    fi
}

restore_record() {
    [ -d "$STATE/before-update" ] || return 0
    say "the record is put back as it was; what the new version made of it is in $STATE/after-update"
    rm -rf "$STATE/after-update"
    install --directory --mode=700 --owner=kiosk --group=kiosk "$STATE/after-update"
    find "$STATE" -maxdepth 1 -name '*.sqlite3*' -exec mv --target-directory "$STATE/after-update" {} +
    cp --archive "$STATE"/before-update/. "$STATE/"
    sync --file-system "$STATE"
}

forms() { find "$OPT/$1"/lib -path '*/kiosk/journal/*' -name '*.sql' -printf '%f\n' | sort; }

enable() {
    local other=$HEADLESS
    [ "$1" = "$HEADLESS" ] && other=$SHOWN
    if is_enabled "$other"; then
        do_it "disable $other" systemctl --quiet disable "$other"
    fi
    is_enabled "$1" || do_it "enable $1: it starts with the machine" systemctl --quiet enable "$1"
    if [ "$1" = "$SHOWN" ] && is_enabled getty@tty1.service; then
        do_it "disable the login on tty1" systemctl --quiet disable getty@tty1.service
    fi
    # Ctrl+Alt+Del would restart the machine.
    [ -L /etc/systemd/system/ctrl-alt-del.target ] || do_it "switch Ctrl+Alt+Del off" systemctl --quiet mask ctrl-alt-del.target
    dpkg --status systemd-timesyncd >/dev/null 2>&1 && ! is_enabled systemd-timesyncd.service &&
        do_it "keep the clock right: systemd-timesyncd" systemctl --quiet enable systemd-timesyncd.service
    return 0
}

start_unit() {
    if ! has_systemd; then
        say "systemd does not run here: $1 starts with the machine"
        return
    fi
    if is_on "$1"; then
        return
    fi
    if $dry; then
        say "would: start $1, where the configuration is filled in"
        return
    fi
    systemctl daemon-reload
    reload_limits
    if is_ready; then
        say "start $1"
        systemctl reset-failed "$1" 2>/dev/null || true
        systemctl start "$1" # Type=notify: it returns when scans are taken
    else
        say "not started yet: fill in $ETC/kiosk.toml and $ETC/credentials, then: sudo kiosk doctor; sudo systemctl start $1"
    fi
}

# Whether the configuration can be used at all; a gate that cannot start would only be started again for ever.
is_ready() { scripts/pi/kiosk config check >/dev/null 2>&1; }

reload_limits() {
    systemctl try-restart systemd-journald.service 2>/dev/null || true
    sysctl --quiet --load=/etc/sysctl.d/60-kiosk.conf 2>/dev/null || true
    if udevadm control --reload 2>/dev/null; then
        udevadm trigger --subsystem-match={usb,hidraw,input,tty} 2>/dev/null || true
    fi
}

stop_units() {
    local unit
    for unit in "$SHOWN" "$HEADLESS"; do
        if is_on "$unit"; then
            do_it "stop $unit; what is under way is finished first" systemctl stop "$unit"
        fi
    done
}

# The one that runs and the one before stay.
drop_old_versions() {
    local at
    for at in "$OPT"/*+*; do
        case $(basename "$at") in
            "$(version_at current)" | "$(version_at previous)" | "$1" | '*+*') ;;
            *) remove "$at" ;;
        esac
    done
}

