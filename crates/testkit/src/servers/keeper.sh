# Stops a server of the tests when nobody uses it any more, and removes its folder. See claim.rs.
#
# usage: sh -c THIS keeper FOLDER SECONDS|now
#
# SECONDS is how long the server outlives its last user; `now` stops what works in the folder and leaves the rest.
folder=$1 grace=$2

# Whoever has the folder, or one below it, as working directory.
working() {
    ls -l /proc/[0-9]*/cwd 2>/dev/null | awk -v folder="$folder" '{
        at = index($0, " -> " folder)
        after = substr($0, at + 4 + length(folder), 1)
        if (at && (after == "" || after == "/" || after == " ")) {
            split(substr($0, index($0, "/proc/") + 6), words, "/")
            print words[1]
        }
    }'
}

signal() {
    for process in $(working); do
        kill -"$1" "$process" 2>/dev/null
    done
}

# INT is the quick and orderly end of postgres and of redis-server.
stop() {
    if [ -e "$folder/stop" ]; then
        . "$folder/stop"
        rm -f "$folder/stop"
    fi
    signal INT
    tries=200
    while [ "$tries" -gt 0 ] && [ -n "$(working)" ]; do
        sleep 0.05
        tries=$((tries - 1))
    done
    signal KILL
    # A postgres that was killed leaves a piece of System V memory behind, and this file that says which.
    memory=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid" 2>/dev/null)
    if [ -n "$memory" ]; then
        ipcrm --shmem-id "$memory"
    fi
}

if [ "$grace" = now ]; then
    stop
    exit 0
fi

exec 8>>"$folder/users" 9>>"$folder/gate"
while :; do
    # Granted when the last user is gone. Without standard input, or it would hold our lock on if we were killed.
    flock 8 <&-
    flock --unlock 8
    came=$(wc -c <"$folder/users")
    sleep "$grace" <&- 8>&- 9>&-
    flock 9
    if [ "$(wc -c <"$folder/users")" = "$came" ] && flock --nonblock 8; then
        break
    fi
    flock --unlock 9
done
# The gate stays locked, and its folder goes at one stroke: a file of it that was missing before the others would be
# made anew by somebody who comes just now.
stop
gone=$folder.gone.$$
mv "$folder" "$gone" && rm -rf "$gone"
rmdir "$(dirname "$folder")" 2>/dev/null
exit 0
