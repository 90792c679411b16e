# Runs a program in a container's environment and root: ENVIRONMENT-FILE ROOT CGROUP TAIL… The
# root is entered while that is still allowed; the tail takes it from the current directory.
environment=$1 root=$2 cgroup=$3
shift 3
if [ -n "$cgroup" ]; then echo 0 > "$cgroup/cgroup.procs" || exit 125; fi
cd "$root" || exit 125
. "$environment"
exec "$@"
