"""The platforms: what each is, and how it is started. Data; nothing is run here.

Emulated devices stand for the technique of VMware Server 1.0.5, paravirtual ones for Xen's; and Xen itself is here.
"""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["PLATFORMS", "WORK", "Platform", "command"]

WORK = Path(__file__).parent / "build"
_QEMU = [
    "qemu-system-x86_64", "-machine", "pc", "-smp", "1", "-nodefaults", "-no-user-config", "-display", "none",
    "-monitor", "none", "-no-reboot", "-serial", "stdio",
]  # fmt: skip
_CONSOLE = "quiet panic=-1 net.ifnames=0"
_TAP = "tap,id=n0,ifname=tap0,script=no,downscript=no,vhost=off"


@dataclass(frozen=True)
class Platform:
    """
    A platform.

    Attributes
    ----------
    technique : str
        How it is virtualised, in words.
    address : str
        Its server's, in the network of the experiment.
    disk, card : str
        QEMU's devices; empty for the host itself.
    root : str
        The disk as Linux names it.
    modules : tuple of str
        The drivers of both.
    """

    technique: str
    address: str
    disk: str = ""
    card: str = ""
    root: str = ""
    modules: tuple[str, ...] = ()

    @property
    def is_guest(self) -> bool:
        """Whether it is a virtual machine."""
        return bool(self.disk)


_VIRTIO_CARD = "virtio-net-pci,netdev=n0,mac=52:54:00:00:00:03,romfile="
PLATFORMS = {
    "baseline": Platform("none: vsftpd on the host", "10.77.0.1"),
    "full": Platform(
        "every device emulated: IDE disk, e1000 network card",
        "10.77.0.2",
        "ide-hd,drive=d0,bus=ide.0",
        "e1000,netdev=n0,mac=52:54:00:00:00:02,romfile=",
        "/dev/sda",
        ("ata_piix", "sd_mod", "e1000"),
    ),
    "para": Platform(
        "paravirtual devices: virtio-blk, virtio-net",
        "10.77.0.3",
        "virtio-blk-pci,drive=d0",
        _VIRTIO_CARD,
        "/dev/vda",
        ("virtio_pci", "virtio_blk", "virtio_net"),
    ),
    "xen": Platform(
        "paravirtual domU on Xen 4.17, which runs under QEMU itself",
        "10.77.0.4",
        "virtio-blk-pci,drive=d0",
        _VIRTIO_CARD,
        "/dev/vda",
        ("virtio_pci", "virtio_blk", "virtio_net"),
    ),
}


def command(name: str, memory: int, accel: str) -> list[str]:
    """
    Return the command that starts a platform's server, which ends with the command.

    Parameters
    ----------
    name : str
        Of the platform.
    memory : int
        The guest's, in MB; Xen's domU has its own.
    accel : str
        QEMU's accelerator: ``tcg`` emulates the processor, ``kvm`` uses the host's.
    """
    if name == "baseline":
        return _host()
    return _xen(accel) if name == "xen" else _guest(name, memory, accel)


def _host() -> list[str]:
    settings = {
        "anon_root": WORK / "files",
        "listen_address": PLATFORMS["baseline"].address,
        "rsa_cert_file": WORK / "server.pem",
        "ftpd_banner": "baseline, the host itself, vsftpd",
    }
    return ["vsftpd", str(WORK / "vsftpd.conf"), *(f"-o{name}={value}" for name, value in settings.items())]


def _guest(name: str, memory: int, accel: str) -> list[str]:
    platform = PLATFORMS[name]
    linux = f"console=ttyS0 {_CONSOLE} groot={platform.root} gmods={','.join(platform.modules)} gname={name}"
    return [
        *_QEMU, *_processor(accel), "-m", str(memory),
        "-kernel", str(WORK / "vmlinuz"), "-initrd", str(WORK / "initrd.gz"),
        "-append", f"{linux} gaccel={accel} gip={platform.address}/24",
        "-netdev", _TAP, "-device", platform.card,
        *_drive("d0", "guest.img"), "-device", platform.disk,
    ]  # fmt: skip


def _xen(accel: str) -> list[str]:
    """Return what starts Xen, and on it Linux as dom0, which starts the domU: 1 GB for all of them."""
    platform = PLATFORMS["xen"]
    # Xen takes a comma for the end of a module's arguments unless it is doubled.
    linux = f"console=hvc0 {_CONSOLE} groot={platform.root} gaccel={accel} gmods={',,'.join(platform.modules)}"
    return [
        *_QEMU, *_processor(accel), "-m", "1024",
        "-kernel", str(WORK / "xen.elf"),
        "-append", "console=com1 com1=115200,8n1 dom0_mem=512M,max:512M loglvl=warning guest_loglvl=warning noreboot",
        "-initrd", f"{WORK}/vmlinuz {linux},{WORK}/initrd.gz",
        "-netdev", _TAP, "-device", platform.card,
        *_drive("d0", "dom0.img"), "-device", platform.disk,
        *_drive("d1", "guest.img"), "-device", "virtio-blk-pci,drive=d1",
    ]  # fmt: skip


def _processor(accel: str) -> list[str]:
    # A processor that the emulator knows by name; KVM's guests see the host's, without a register that hangs Linux.
    return ["-accel", accel, "-cpu", "host,-arch-capabilities" if accel == "kvm" else "qemu64"]


def _drive(name: str, image: str) -> list[str]:
    """Return a disk that forgets what a boot writes."""
    return ["-drive", f"file={WORK / image},format=raw,if=none,id={name},snapshot=on"]
