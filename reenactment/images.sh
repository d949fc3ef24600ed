#!/bin/sh
# Makes what the re-enactment boots, in build/: a kernel, a guest with vsftpd and the test files, and Xen with its dom0.
# Everything comes from Debian's packages, by the machine's own apt; as root: debootstrap makes devices.
#
#   sh images.sh PYTHON [STEP]      PYTHON has ftpstats, which makes the test files

set -eu
python=$(realpath -s "$1")
step=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
work=$here/build
guest=$here/guest
large=2147483648

main() {
    [ "$(id -u)" -eq 0 ] || die 'run it as root: it makes network namespaces, and devices in an image'
    command -v apt-get >/dev/null || die 'there is no apt-get: the images are made of Debian packages'
    mkdir -p "$work"
    cd "$work"
    if [ -n "$step" ]; then
        "make_$step"
        touch "$step.done"
        return
    fi
    for step in packages kernel files rootfs initrd image xen_initrd dom0; do
        [ ! -e "$step.done" ] || continue
        echo "setup: $step"
        # In a shell of its own, which the first error ends.
        sh "$here/images.sh" "$python" "$step" >"$step.log" 2>&1 ||
            die "$step failed: $(tail -n 1 "$step.log"); see $work/$step.log"
    done
}

die() {  # MESSAGE
    echo "images.sh: $1" >&2
    exit 1
}

download() {  # PACKAGE, unpacked into a folder of its name
    rm -rf "$1" "$1"_*.deb
    apt-get -o APT::Sandbox::User=root download "$1"
    dpkg -x "$1"_*.deb "$1"
    rm "$1"_*.deb
}

# The kernels of Debian's cloud images lack the emulated devices.
make_packages() {
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        qemu-system-x86 vsftpd inetutils-ftp ftp-ssl curl debootstrap cpio busybox-static e2fsprogs iproute2 kmod openssl
}

make_kernel() {
    package=$(apt-cache depends linux-image-amd64 | awk '/Depends:/ { print $2; exit }')
    download "$package"
    rm -rf kernel && mv "$package" kernel
    ls kernel/lib/modules >kernel.version
    cp "kernel/boot/vmlinuz-$(cat kernel.version)" vmlinuz
}

# The files that `ftpstats run --size` checks by their SHA-256; one above 1 GB, all of it random bytes; a certificate.
make_files() {
    mkdir -p files
    "$python" -c 'import sys; from pathlib import Path; from ftpstats.experiment.files import make_files
make_files(Path("files"), map(int, sys.argv[1:]))' 102400 10485760 104857600
    head -c "$large" /dev/urandom >files/2GiB.img
    chmod 755 files && chmod 644 files/*
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=reenactment -keyout key.pem -out certificate.pem \
        -addext subjectAltName=IP:10.77.0.1,IP:10.77.0.2,IP:10.77.0.3,IP:10.77.0.4
    cat key.pem certificate.pem >server.pem
    cp "$guest/vsftpd.conf" vsftpd.conf    # vsftpd wants its configuration to be root's
    chown root: vsftpd.conf server.pem && chmod 600 server.pem
}

repository() {  # PATTERN: the first repository that this machine's apt uses whose address ends so
    apt-get indextargets --format '$(REPO_URI)' | sort -u | grep -E "$1" | head -n 1
}

small() {  # ROOT: without what nobody reads in a guest
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/doc "$1"/usr/share/man \
        "$1"/usr/share/locale
}

make_rootfs() {
    rm -rf rootfs
    debootstrap --variant=minbase --include=vsftpd,busybox-static bookworm rootfs "$(repository '/debian/?$')"
    small rootfs
    mkdir -p rootfs/srv/ftp rootfs/run/vsftpd/empty
    cp files/* rootfs/srv/ftp/
    install -m 755 "$guest/init" rootfs/sbin/guest-init
    install -m 644 "$guest/vsftpd.conf" rootfs/etc/vsftpd.conf
    install -m 600 server.pem rootfs/etc/vsftpd.pem
}

modules() {  # TARGET NAME...
    target=$1
    version=$(cat kernel.version)
    shift
    for name; do
        found=$(find "kernel/lib/modules/$version" -name "$name.ko" | head -n 1)
        [ -n "$found" ] || die "the kernel has no module $name"
        install -D -m 644 "$found" "$target/${found#kernel/}"
    done
    cp kernel/lib/modules/"$version"/modules.order kernel/lib/modules/"$version"/modules.builtin \
        "$target/lib/modules/$version/"
    depmod -b "$target" "$version"
}

VIRTIO='virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci failover net_failover virtio_net'
DISK='scsi_common scsi_mod sd_mod libata ata_piix ata_generic virtio_blk'
FILESYSTEM='crc16 crc64 crc64-rocksoft crc64_rocksoft_generic crc-t10dif crct10dif_common crct10dif_generic t10-pi
    mbcache jbd2 crc32c_generic ext4'

packed() {  # FOLDER FILE
    (cd "$1" && find . | cpio -o -H newc --quiet) | gzip -1 >"$2"
}

make_initrd() {
    rm -rf initrd
    mkdir -p initrd/bin initrd/proc initrd/sys initrd/dev initrd/newroot
    cp /bin/busybox initrd/bin/busybox
    install -m 755 "$guest/initrd-init" initrd/init
    modules initrd e1000 $VIRTIO $DISK $FILESYSTEM
    packed initrd initrd.gz
}

make_image() {
    rm -f guest.img
    truncate -s 3500M guest.img
    mke2fs -q -t ext4 -F -E root_owner=0:0 -d rootfs guest.img
}

make_xen_initrd() {
    rm -rf xen-initrd
    cp -a initrd xen-initrd
    modules xen-initrd xen-blkfront xen-netfront
    packed xen-initrd xen-initrd.gz
}

make_dom0() {
    download xen-hypervisor-4.17-amd64
    zcat xen-hypervisor-4.17-amd64/boot/xen-*-amd64.gz >xen.elf
    rm -rf dom0 xen-hypervisor-4.17-amd64
    cp -a rootfs dom0
    rm -f dom0/srv/ftp/*
    cp /etc/resolv.conf dom0/etc/resolv.conf
    cp -r /etc/apt/apt.conf.d/. dom0/etc/apt/apt.conf.d/    # a proxy, if this machine needs one
    printf '#!/bin/sh\nexit 101\n' >dom0/usr/sbin/policy-rc.d && chmod 755 dom0/usr/sbin/policy-rc.d
    printf 'deb %s bookworm main\ndeb %s bookworm-security main\n' \
        "$(repository '/debian/?$')" "$(repository '/debian-security/?$')" >dom0/etc/apt/sources.list
    chroot dom0 apt-get -q update
    DEBIAN_FRONTEND=noninteractive chroot dom0 apt-get -q install -y --no-install-recommends \
        xen-utils-4.17 xenstore-utils iproute2 kmod
    small dom0
    modules dom0 xen-netback xen-blkback xen-gntdev xen-gntalloc xen-evtchn xen-privcmd xenfs bridge stp llc $VIRTIO
    mkdir -p dom0/boot
    cp vmlinuz dom0/boot/vmlinuz
    cp xen-initrd.gz dom0/boot/initrd.gz
    install -m 644 "$guest/domu.cfg" dom0/etc/xen/domu.cfg
    install -m 755 "$guest/dom0-init" dom0/sbin/guest-init
    rm -f dom0.img
    truncate -s 1500M dom0.img
    mke2fs -q -t ext4 -F -E root_owner=0:0 -d dom0 dom0.img
}

main
