#!/bin/bash
# record.sh NAME [KERNEL-PARAMETER ...]: runs NAME.sh on Linux 6.1 in a virtual machine and keeps what it prints in NAME.linux.
# Needs Debian with qemu-system-x86, busybox-static, cpio and util-linux; fetches Debian's kernel with apt-get. A machine of its own, because the
# controllers of cgroup v2 are free only where no other hierarchy has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
name=$1
shift
cache=${XDG_CACHE_HOME:-$HOME/.cache}/drydock-linux
mkdir -p "$cache"
if ! ls "$cache"/boot/vmlinuz-* > /dev/null 2>&1; then
  package=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2 }')
  (cd "$cache" && apt-get download "$package" && dpkg-deb -x linux-image-*.deb . && rm linux-image-*.deb)
fi

root=$(mktemp -d)
chmod 755 "$root"
trap 'rm -rf "$root" "$root".cpio' EXIT
mkdir -p "$root"/{bin,usr/bin,dev,proc,sys,tmp,etc,root}
cp "$(command -v busybox)" "$root/bin/"
for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
# Where messages differ, those of the programs that the simulated machine has.
for program in bash cat ls rm rmdir mkdir mv ln touch chmod chown stat grep sleep sed tr mount umount unshare nice renice taskset; do
  path=$(command -v "$program")
  cp -L "$path" "$root/usr/bin/"
  for library in $(ldd "$path" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
done
ln -sf ../usr/bin/bash "$root/bin/bash"
printf '%s\n' root:x:0:0::/root:/bin/sh nobody:x:65534:65534::/:/bin/sh > "$root/etc/passwd"
printf '%s\n' root:x:0: nogroup:x:65534: > "$root/etc/group"
cp "$here/$name.sh" "$root/script.sh"
cat > "$root/init" <<'EOF'
#!/bin/sh
export PATH=/usr/bin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /tmp
grep -q cgroup=1 /proc/cmdline || mount -t cgroup2 -o nsdelegate,memory_recursiveprot none /sys/fs/cgroup
ip link set lo up
echo @@@BEGIN
bash /script.sh < /dev/null 2>&1
echo @@@END
poweroff -f
EOF
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) > "$root".cpio
timeout 300 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nographic -no-reboot \
  -kernel "$cache"/boot/vmlinuz-* -initrd "$root".cpio -append "console=ttyS0 quiet loglevel=0 panic=-1 $*" |
  tr -d '\r' | sed -n '/@@@BEGIN/,/@@@END/p' | sed '1d;$d' > "$here/$name.linux"
