# Finds out, in namespaces, what a task needs of them: DIRECTORY. Prints what works, line by line;
# what does not, the tools say themselves.
directory=$1
mount -n --make-rprivate / || exit 1
mount -n -t proc proc /proc && echo proc
ip link add probe0 type veth peer name probe1 && echo veth
ip rule add pref 5 iif lo ipproto tcp dport 1-2 lookup 100 && echo rules
cd "$directory" && mkdir lower above upper work merged memory || exit 1
if mount -n -t overlay -o lowerdir=above:lower,upperdir=upper,workdir=work,userxattr overlay merged 2> why; then
  echo disk
  umount -n merged
elif mount -n -t tmpfs tmpfs memory && mkdir memory/upper memory/work &&
  mount -n -t overlay -o lowerdir=above:lower,upperdir=memory/upper,workdir=memory/work,userxattr \
    overlay merged 2> why; then
  echo memory
else
  cat why >&2
fi
