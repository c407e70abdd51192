# Network namespaces: ip netns, veth pairs, and what each has of its own.

### made, listed, removed
ip netns; ip netns add red; echo $?; ip netns add blue; ip netns list | sort; ip netns add red; echo $?; ls /run/netns | sort; stat -c '%a %F' /run/netns/red; ip netns del red; echo $?; ip netns del red; echo $?; ip netns; ip -all netns del; ip netns

### a name is a bind mount on a shared directory
ip netns add red; sed -n 's#.* \(/run/netns[^ ]*\) [^ ]* \(.*\) - [a-z0-9]* .*#\1 \2#p' /proc/self/mountinfo; ip netns del red; grep -c /run/netns /proc/mounts; rmdir /run/netns; umount /run/netns; rmdir /run/netns

### a fresh one has a loopback that is down, and nothing else
ip netns add red; ip netns exec red ip link; ip netns exec red ip addr; ip netns exec red ip route; ip -n red link; ip netns exec red ls /sys/class/net; ip netns exec red grep /sys /proc/mounts
ip netns exec red ping -c1 -W1 127.0.0.1 > /dev/null 2>&1; echo $?; ip -n red link set lo up; ip netns exec red ping -c1 -W1 127.0.0.1 > /dev/null; echo $?; ip -n red -br addr

### pids, identify
ip netns add red; ip netns exec red sleep 100 & sleep 0.3; [ "$(ip netns pids red)" = $! ] && echo one; ip netns identify $!; ip netns exec red ip netns identify; ip netns identify; ip netns pids red | wc -l; kill $!

### a cable between two, by name and by process
ip netns add red; ip netns add blue; ip link add vr type veth peer name vb; ip link | sed 's/link.ether [^ ]*/link\/ether MAC/'; ip link set vr netns red; ip link set dev vb netns blue; ip link show vr; echo $?
ip -n red addr add 10.1.0.1/24 dev vr; ip -n blue addr add 10.1.0.2/24 dev vb; ip -n red link set vr up; ip -n blue link set vb up; ip netns exec red ping -c1 -W2 10.1.0.2 > /dev/null; echo $?
ip -n red -br link show vr | sed 's/@if[0-9]*/@ifN/; s/..:..:..:..:..:../MAC/'; ip -n red addr show vr | sed 's/^[0-9]*:/N:/; s/@if[0-9]*/@ifN/; s/..:..:..:..:..:.. brd/MAC brd/; /inet6/,$d'; ip -n red route
unshare -n sleep 100 & sleep 0.1; ip link add x type veth peer name y; ip link set y netns $!; nsenter -n -t $! ip -br link show y | cut -c1; ip link show x | sed 's/^[0-9]*:/N:/; s/@if[0-9]*/@ifN/; s/ether [^ ]*/ether MAC/'; kill $!; wait $! 2> /dev/null; sleep 0.3; ip link show x; echo $?

### born in place
ip netns add red; ip link add va type veth peer name vb netns red; ip -n red -br link show vb | cut -c1; ip link add type veth; ip -br link | cut -d@ -f1 | sort; ip link add bri type bridge; ip link add type bridge; ip -br link | cut -d' ' -f1 | cut -d@ -f1 | sort

### link-netns names where the other end is
ip netns add red; ip link add va type veth peer name vb netns red; ip link show va | sed 's/^[0-9]*:/N:/; s/@if[0-9]*/@ifN/; s/ether [^ ]*/ether MAC/'; ip -n red link show vb | sed 's/^[0-9]*:/N:/; s/@if[0-9]*/@ifN/; s/ether [^ ]*/ether MAC/'; ip netns list

### the last one out takes the devices along
ip netns add red; ip link add va type veth peer name vb netns red; ip netns del red; sleep 0.3; ip link show va; echo $?
unshare -n sh -c 'ip link add brx type bridge; ip -br link show brx' | cut -d' ' -f1; ip link show brx

### routes, rules, ports and settings of one's own
ip netns add red; ip -n red link set lo up; ip link set lo up; ip netns exec red sysctl -qw net.ipv4.ip_forward=1; ip netns exec red sysctl net.ipv4.ip_forward; ip netns exec red sh -c 'cat /proc/sys/net/ipv4/ip_forward'; unshare -n cat /proc/sys/net/ipv4/ip_forward
unshare -n ip route add 10.0.0.0/8 via 10.1.1.1; echo $?; unshare -n sh -c 'ip link set lo up; ip route add 10.0.0.0/8 dev lo; ip route'; unshare -n cat /proc/self/net/dev | tail -n +3 | cut -d: -f1

### files of /etc/netns
ip netns add red; mkdir -p /etc/netns/red; echo nameserver 10.9.9.9 > /etc/netns/red/resolv.conf; echo outside > /etc/resolv.conf; ip netns exec red cat /etc/resolv.conf; cat /etc/resolv.conf; echo x > /etc/netns/red/nowhere; ip netns exec red cat /etc/resolv.conf

### attach gives the namespace of a process a name
unshare -n sleep 100 & sleep 0.1; ip netns attach named $!; ip netns identify $!; kill $!; wait $! 2> /dev/null; ip netns exec named ip -br link | cut -d' ' -f1; ip netns attach x; echo $?; ip netns attach x y; echo $?; ip netns attach x 99999; echo $?; ip netns

### what is wrong
ip netns wrong; echo $?; ip netns add; echo $?; ip netns add a/b; echo $?; ip netns add ..; echo $?; ip -n nowhere link; echo $?; ip netns exec; echo $?; ip netns add red; ip netns exec red; echo $?; ip netns exec red nosuch; echo $?; ip netns exec nowhere true; echo $?; ip netns identify x; echo $?; ip netns identify 99999; echo $?; ip netns identify 1 2; echo $?; ip netns pids nowhere; echo $?; ip netns pids; echo $?; ip netns del; echo $?; ip netns exec red false; echo $?
ip link set nosuch netns red; echo $?; ip link set lo netns nowhere; echo $?; ip link add va type veth peer name vb netns nowhere; echo $?; ip link add v type veth peer name v; echo $?; ip link add lo type bridge; echo $?; ip link add x type nosuch; echo $?

### plain users
su ann -c 'ip netns add x; ip link set lo up; ip link add brx type bridge; unshare -n true; unshare -Urn ip link add brx type bridge && echo made; unshare -Urn sh -c "ip link add va type veth peer name vb; ip -br link | cut -d@ -f1 | sort"'
ip netns add red; su ann -c 'ip netns exec red true; ip -n red link; nsenter --net=/run/netns/red true'; ip netns add b; su ann -c 'unshare -Ur ip netns exec b true'

### all namespaces at once
ip netns add a; ip -all netns exec ip -br link show lo; ip -all netns exec; echo $?
