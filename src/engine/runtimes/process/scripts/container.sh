# The first process of a container: builds its root, becomes its program. Runs in the container's
# own mount, PID, IPC and UTS namespaces. DIRECTORY HOSTNAME CGROUP TAIL…, where the tail is what
# to run.
directory=$1 hostname=$2 cgroup=$3
shift 3

fail() {
  printf 'launch.sh: %s\n' "$1" >&2
  exit 125
}

if [ -n "$cgroup" ]; then echo 0 > "$cgroup/cgroup.procs" || fail "cannot enter $cgroup"; fi
hostname "$hostname" 2> /dev/null || :
cd "$directory" || fail "no $directory"
if [ -e scratch.list ]; then
  mount -n -t tmpfs tmpfs scratch || fail 'no memory for a scratch layer'
  while read -r each; do mkdir "scratch/$each"; done < scratch.list
fi
if [ -e copies ]; then
  while read -r each; do cp -a "$each/." root/ || fail "cannot copy $each"; done < copies
fi
message=$(mount -n -a -T fstab 2>&1) || fail "$message"

# Laid over the whole of the mount namespace, the new root has nothing behind it to escape to.
cd root || fail 'no root'
mount -n --move . / || fail 'cannot change the root'
. "$directory/environment"
exec "$@"
