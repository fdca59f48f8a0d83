package io.bascule.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.imagebuilder.ReleaseFiles;
import io.bascule.partitionlayout.ByteCount;
import io.bascule.partitionlayout.layout.Slot;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/** What the demonstration claims of a host at any time. */
final class DemoChecks {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern USR_HASH = Pattern.compile("usrhash=([0-9a-f]{64})");

    private final Checklist checks;

    DemoChecks(Checklist checks) {
        this.checks = checks;
    }

    /** What must be the same at every boot. */
    record Identity(String hostname, String address, String hostKey, String machineId, String etcFile, String varFile) {

        static Identity of(RunningHost host) throws IOException, InterruptedException {
            return new Identity(
                    host.run("hostname"),
                    host.run("ip -o -4 address show scope global | sed 's/ \\+/ /g; s/\\\\.*//'"),
                    host.ssh().hostKeyFingerprint(),
                    host.run("cat /etc/machine-id"),
                    host.run("tail -1 /etc/motd"),
                    host.run("cat /var/lib/demo"));
        }
    }

    /** The release runs whole, from that slot, under the root hash that its build computed. */
    void checkRuns(RunningHost host, ReleaseFiles release, Slot slot) throws IOException, InterruptedException {
        var version = release.version();
        var state = host.awaitRunning();
        checks.check(version + " is up, nothing has failed", state.equals("running"), "is-system-running: " + state);
        var label = host.run("lsblk -no PARTLABEL \"$(veritysetup status usr | awk '/data device:/ {print $3}')\"");
        var named = host.run(". /usr/lib/os-release && echo \"$IMAGE_ID $IMAGE_VERSION\"");
        checks.checkEqual(
                version + " runs from " + slot.label(),
                slot.label() + ", " + release.board() + " " + version,
                label + ", " + named);
        var booted = USR_HASH.matcher(host.run("cat /proc/cmdline"));
        checks.checkEqual(
                "the root hash on the kernel command line is the one computed",
                manifest(release).path("usr").path("rootHash").asText(),
                booted.find() ? booted.group(1) : "none");
    }

    static JsonNode manifest(ReleaseFiles release) throws IOException {
        return new ObjectMapper().readTree(release.releaseJson().toFile());
    }

    void checkReadOnly(RunningHost host) throws IOException, InterruptedException {
        for (var path : new String[] {"/x", "/usr/x"}) {
            var result = host.ssh().exec("touch " + path, LIMIT);
            checks.check(
                    "touch " + path + " fails",
                    result.exitStatus() != 0 && result.stderr().contains("Read-only file system"),
                    result.stderr().strip());
        }
    }

    void checkDiskGrew(RunningHost host) throws IOException, InterruptedException {
        var size = new ByteCount(Long.parseLong(host.run("df --output=size -B1 /var | tail -1")));
        var partitions = host.run("lsblk -nro PARTLABEL /dev/vda").replaceAll("\\s+", " ");
        checks.check(
                "the disk grew: slot B and STATE were made at first boot",
                size.compareTo(ByteCount.ofGiB(2)) > 0 && partitions.contains("USR-B USR-B-verity STATE"),
                partitions + ", STATE " + size);
    }

    void checkEntries(RunningHost host, String claim, String... expected) throws IOException, InterruptedException {
        checks.checkEqual(claim, String.join(" ", expected), String.join(" ", host.bootEntries()));
    }

    /** hostname, address, ssh host key, machine-id and the files in /etc and /var. */
    void checkSame(RunningHost host, Identity before) throws IOException, InterruptedException {
        var after = Identity.of(host);
        checks.check(
                "same hostname, address, host key, machine-id, /etc and /var",
                after.equals(before),
                after.equals(before) ? before.hostname() + ", " + before.machineId() : before + " became " + after);
    }
}
