# The first process of a VPC's namespaces prepares them and becomes the agent: "$@".
#
# Everything that leaves a task arrives in this network namespace. What may go where is written in
# routing rules (see flow-rules.ts): a packet that no rule lets through leaves by the interface
# `denied`, behind which nobody is, and is counted there.
set -e
mount -n --make-rprivate /
mount -n -t proc proc /proc

cd /proc/sys/net/ipv4
echo 1 > ip_forward
echo 0 > conf/all/rp_filter
echo 0 > conf/default/rp_filter
echo 0 > conf/all/send_redirects
echo 0 > conf/default/send_redirects
# The engine's own ends of connections have ports of their own, apart from every task's.
echo '61000 65533' > ip_local_port_range
# Small connection tables for the tasks' namespaces, which make reading them cheap (Linux 6.1).
if [ -e tcp_child_ehash_entries ]; then echo 1024 > tcp_child_ehash_entries; fi

# Every address is this namespace's own, where a rule says so: one listener answers for all.
ip -batch - <<'RULES'
link set lo up
link add denied type veth peer name void
link set denied arp off up
link set void up
route add local default dev lo table local
route add default dev denied table 300
rule add pref 100 iif lo lookup 100
rule add pref 110 iif lo lookup local
rule add pref 32000 lookup 300
rule del pref 0
rule del pref 32766
rule del pref 32767
RULES
cd /
exec "$@"
