# Joins a task's network namespace to the VPC's: PID DEVICE MAC ADDRESS PREFIX-LENGTH, where the
# process is one of the task's. Neighbours are written down, so nobody ever asks for a hardware
# address.
set -e
net=/proc/$1/ns/net device=$2 mac=$3 address=$4 prefix=$5
gateway=169.254.0.1
router=0a:00:00:00:00:01

ip -batch - <<LINES
link add $device address $router type veth peer name eth0 address $mac netns $net
link set $device up
neigh add $address lladdr $mac dev $device nud permanent
route add $address/32 dev $device table 100
LINES
nsenter --net="$net" sh -s <<INSIDE
set -e
echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6 2> /dev/null || :
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
ip -batch - <<LINES
link set lo up
addr add $address/$prefix dev eth0 noprefixroute
link set eth0 up
neigh add $gateway lladdr $router dev eth0 nud permanent
route add default via $gateway dev eth0 onlink
LINES
INSIDE
