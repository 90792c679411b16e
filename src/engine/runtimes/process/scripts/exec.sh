# Runs a program in a container's environment and root: ENVIRONMENT-FILE ROOT TAIL… The root is
# entered while that is still allowed; the tail takes it from the current directory.
environment=$1 root=$2
shift 2
cd "$root" || exit 125
. "$environment"
exec "$@"
