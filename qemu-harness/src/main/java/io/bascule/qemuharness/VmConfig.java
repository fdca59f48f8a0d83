package io.bascule.qemuharness;

import io.bascule.partitionlayout.ByteCount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A virtual machine to start: immutable, made by {@link #of} and refined by the {@code with} methods.
 *
 * @param name what messages and log directories call it: letters, digits, {@code . _ -}, at most 63
 * @param workDirectory where each start makes its own directory for logs, {@code <name>-1}, {@code <name>-2} and so on
 * @param disk what it boots from; without one it stays in the firmware
 * @param memory whole MiB
 * @param watchdog whether it has an i6300ESB watchdog, which resets it when it fires
 * @param extraArguments what else goes onto QEMU's command line, at its end
 */
public record VmConfig(
        String name,
        Path workDirectory,
        Optional<Disk> disk,
        ByteCount memory,
        int cpus,
        Network network,
        Credentials credentials,
        boolean watchdog,
        List<String> extraArguments) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final long MIB = ByteCount.ofMiB(1).bytes();

    public VmConfig {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for a virtual machine: '" + name + "'");
        }
        if (memory.bytes() == 0 || memory.bytes() % MIB != 0) {
            throw new IllegalArgumentException("memory must be whole MiB: " + memory);
        }
        if (cpus < 1) {
            throw new IllegalArgumentException("cpus must be at least 1: " + cpus);
        }
        extraArguments = List.copyOf(extraArguments);
    }

    /** {@return a machine with 2 CPUs, 1 GiB of memory, user networking with ssh, and no disk yet} */
    public static VmConfig of(String name, Path workDirectory) {
        return new VmConfig(
                name,
                workDirectory,
                Optional.empty(),
                ByteCount.ofGiB(1),
                2,
                Network.user(),
                Credentials.NONE,
                false,
                List.of());
    }

    public VmConfig withDisk(Disk other) {
        return new VmConfig(
                name, workDirectory, Optional.of(other), memory, cpus, network, credentials, watchdog, extraArguments);
    }

    public VmConfig withMemory(ByteCount other) {
        return new VmConfig(name, workDirectory, disk, other, cpus, network, credentials, watchdog, extraArguments);
    }

    public VmConfig withCpus(int other) {
        return new VmConfig(name, workDirectory, disk, memory, other, network, credentials, watchdog, extraArguments);
    }

    public VmConfig withNetwork(Network other) {
        return new VmConfig(name, workDirectory, disk, memory, cpus, other, credentials, watchdog, extraArguments);
    }

    public VmConfig withCredentials(Credentials other) {
        return new VmConfig(name, workDirectory, disk, memory, cpus, network, other, watchdog, extraArguments);
    }

    public VmConfig withWatchdog() {
        return new VmConfig(name, workDirectory, disk, memory, cpus, network, credentials, true, extraArguments);
    }

    /** {@return this machine with {@code more} behind the extra arguments it already has} */
    public VmConfig withExtraArguments(String... more) {
        var all = Stream.concat(extraArguments.stream(), Stream.of(more)).toList();
        return new VmConfig(name, workDirectory, disk, memory, cpus, network, credentials, watchdog, all);
    }

    long memoryMiB() {
        return memory.bytes() / MIB;
    }
}
