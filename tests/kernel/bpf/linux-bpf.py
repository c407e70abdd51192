"""Loads device programs into the kernel that this runs on and uses devices under them.

Standard input is a JSON list of {"code": hex, "accesses": [[type, major, minor, letters], ...]}; the output a list with, for each, the name of
the error with which the kernel refused the program, or a list that says of each access whether it was allowed. All happens in a mount namespace of
its own, in cgroups that are gone in the end.
"""
import ctypes, errno, json, os, struct, sys, tempfile

libc = ctypes.CDLL(None, use_errno=True)
BPF, PROG_LOAD, PROG_ATTACH, CGROUP_DEVICE_PROGRAM, CGROUP_DEVICE = 321, 5, 8, 15, 6


def call(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def bpf(command, layout, *values):
    attributes = struct.pack(layout, *values).ljust(144, b"\0")
    return call(libc.syscall(BPF, command, attributes, len(attributes)))


def load(code):
    instructions = ctypes.create_string_buffer(code, len(code))
    license = ctypes.create_string_buffer(b"Apache")
    addresses = ctypes.addressof(instructions), ctypes.addressof(license)
    return bpf(PROG_LOAD, "IIQQ", CGROUP_DEVICE_PROGRAM, len(code) // 8, *addresses)


def mount(source, target, kind, flags=0):
    call(libc.mount(source, target, kind, flags, None))


def allowed(tmp, kind, major, minor, letters):
    node = f"{tmp}/{kind}{major}.{minor}"
    bits = 0o020000 if kind == "c" else 0o060000
    try:
        if "m" in letters:
            os.mknod(f"{node}.{os.getpid()}.{letters}", bits | 0o600, os.makedev(major, minor))
        else:
            mode = {"r": os.O_RDONLY, "w": os.O_WRONLY, "rw": os.O_RDWR}[letters]
            os.close(os.open(node, mode | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError as error:
        return error.errno != errno.EPERM
    return True


def main():
    call(libc.unshare(0x20000))
    mount(b"none", b"/", None, 0x4000 | 0x40000)
    top = tempfile.mkdtemp()
    mount(b"none", top.encode(), b"tmpfs")
    tmp, groups = f"{top}/dev", f"{top}/cgroup"
    os.mkdir(tmp)
    os.mkdir(groups)
    mount(b"none", groups.encode(), b"cgroup2")
    group = f"{groups}/device-programs-{os.getpid()}"
    os.mkdir(group)
    jobs = json.load(sys.stdin)
    nodes = {tuple(access[:3]) for job in jobs for access in job["accesses"]}
    for kind, major, minor in nodes:
        bits = 0o020000 if kind == "c" else 0o060000
        os.mknod(f"{tmp}/{kind}{major}.{minor}", bits | 0o600, os.makedev(major, minor))
    results = []
    try:
        for job in jobs:
            try:
                program = load(bytes.fromhex(job["code"]))
            except OSError as error:
                results.append(errno.errorcode[error.errno])
                continue
            target = os.open(group, os.O_RDONLY)
            bpf(PROG_ATTACH, "IIII", target, program, CGROUP_DEVICE, 0)
            os.close(target)
            os.close(program)
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                with open(f"{group}/cgroup.procs", "w") as procs:
                    procs.write("0")
                answers = [allowed(tmp, *access) for access in job["accesses"]]
                os.write(writer, json.dumps(answers).encode())
                os._exit(0)
            os.close(writer)
            os.waitpid(child, 0)
            results.append(json.loads(os.read(reader, 1 << 20)))
            os.close(reader)
    finally:
        os.rmdir(group)
        call(libc.umount2(groups.encode(), 2))
        call(libc.umount2(top.encode(), 2))
        os.rmdir(top)
    print(json.dumps(results))


main()
