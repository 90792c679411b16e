# Waits for a container's first process, "$@", and ends as it did. `unshare --fork` would wait too,
# but says 1 for a child that was killed, and says so among the container's own words.
exec 3>&1 4>&2 > /dev/null 2>&1
( exec "$@" >&3 2>&4 3>&- 4>&- )
exit "$?"
