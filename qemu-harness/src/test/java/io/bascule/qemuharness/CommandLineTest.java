package io.bascule.qemuharness;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.partitionlayout.ByteCount;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static final Qemu QEMU = new Qemu(Path.of("/bin/qemu"), new QemuVersion(10, 0, 2));
    private static final Firmware FIRMWARE = new Firmware(Path.of("/fw/code.fd"), Path.of("/fw/vars.fd"));
    private static final VmDirectory DIRECTORY = new VmDirectory(Path.of("/machines/web-1"), Path.of("/tmp/s"));
    private static final VmConfig CONFIG = VmConfig.of("web", Path.of("/work"));

    @Test
    void buildsTheWholeLine() {
        var config = CONFIG.withDisk(Disk.raw(Path.of("/images/os.raw")))
                .withMemory(ByteCount.ofMiB(768))
                .withWatchdog()
                .withExtraArguments("-snapshot");

        assertThat(CommandLine.unattended(host(Accelerator.TCG), config, DIRECTORY, List.of(Path.of("/tmp/s/c1"))))
                .containsExactly(
                        ("/bin/qemu -name guest=web -machine q35,smbios-entry-point-type=64 -accel tcg,thread=multi -cpu qemu64 -smp 2 -m 768M"
                                        + " -display none -no-user-config -nodefaults -pidfile /machines/web-1/qemu.pid"
                                        + " -chardev socket,id=qmp,path=/tmp/s/qmp,server=on,wait=off"
                                        + " -mon chardev=qmp,mode=control"
                                        + " -drive if=pflash,format=raw,unit=0,readonly=on,file=/fw/code.fd"
                                        + " -drive if=pflash,format=raw,unit=1,file=/machines/web-1/variables.fd"
                                        + " -drive if=none,id=disk,format=raw,cache=unsafe,file=/images/os.raw"
                                        + " -device virtio-blk-pci,drive=disk,bootindex=1"
                                        + " -netdev user,id=net,hostfwd=tcp:127.0.0.1:0-:22"
                                        + " -device virtio-net-pci,netdev=net,romfile="
                                        + " -device virtio-rng-pci -smbios type=11,path=/tmp/s/c1"
                                        + " -device i6300esb -action watchdog=reset"
                                        + " -chardev file,id=console,path=/machines/web-1/serial.log"
                                        + " -serial chardev:console -snapshot")
                                .split(" "));
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        var line = unattended(CONFIG.withNetwork(Network.none()));

        assertThat(line)
                .doesNotContain("-netdev", "i6300esb", "-smbios")
                .noneMatch(argument -> argument.contains("virtio-blk") || argument.contains("virtio-net"));
    }

    @Test
    void takesTheHostsProcessorUnderKvm() {
        assertThat(CommandLine.unattended(host(Accelerator.KVM), CONFIG, DIRECTORY, List.of()))
                .containsSequence("-accel", "kvm", "-cpu", "host");
    }

    @Test
    void describesTheDisk() {
        var disk = Disk.qcow2(Path.of("/images/os.qcow2"))
                .withCache(Disk.Cache.WRITEBACK)
                .discardingWrites();

        assertThat(unattended(CONFIG.withDisk(disk)))
                .contains("if=none,id=disk,format=qcow2,cache=writeback,snapshot=on,file=/images/os.qcow2");
    }

    @Test
    void leavesCachesFlushesAndErrorsToAnNbdServerAndTheGuest() {
        assertThat(unattended(CONFIG.withDisk(Disk.nbd(Path.of("/tmp/a,b/nbd")))))
                .containsSequence(
                        "-blockdev",
                        "driver=nbd,node-name=disk,server.type=unix,server.path=/tmp/a,,b/nbd"
                                + ",cache.direct=on,cache.no-flush=off,discard=unmap",
                        "-device",
                        "virtio-blk-pci,drive=disk,bootindex=1,write-cache=on,werror=report,rerror=report")
                .noneMatch(argument -> argument.startsWith("if=none"));
    }

    @Test
    void forwardsTheChosenPort() {
        assertThat(unattended(CONFIG.withNetwork(new Network.User(2222))))
                .contains("user,id=net,hostfwd=tcp:127.0.0.1:2222-:22");
    }

    @Test
    void doublesCommasInPaths() {
        var disk = Disk.raw(Path.of("/images/a,b,readonly=on.raw"));

        assertThat(unattended(CONFIG.withDisk(disk)))
                .contains("if=none,id=disk,format=raw,cache=unsafe,file=/images/a,,b,,readonly=on.raw");
    }

    @Test
    void putsConsoleAndMonitorOnTheTerminalAndIntoTheLog() {
        assertThat(CommandLine.interactive(host(Accelerator.TCG), CONFIG, DIRECTORY, List.of()))
                .containsSequence(
                        "-chardev",
                        "stdio,id=console,mux=on,signal=off,logfile=/machines/web-1/serial.log",
                        "-serial",
                        "chardev:console",
                        "-mon",
                        "chardev=console,mode=readline");
    }

    private static List<String> unattended(VmConfig config) {
        return CommandLine.unattended(host(Accelerator.TCG), config, DIRECTORY, List.of());
    }

    private static QemuHost host(Accelerator accelerator) {
        return new QemuHost(QEMU, FIRMWARE, accelerator, "for the test");
    }
}
