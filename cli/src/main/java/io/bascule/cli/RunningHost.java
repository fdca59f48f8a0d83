package io.bascule.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.qemuharness.ConsoleMark;
import io.bascule.qemuharness.Vm;
import io.bascule.qemuharness.VmConfig;
import io.bascule.qemuharness.ssh.CommandResult;
import io.bascule.qemuharness.ssh.SshException;
import io.bascule.qemuharness.ssh.SshKey;
import io.bascule.qemuharness.ssh.SshSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A host in a virtual machine, as its admin sees it: by ssh, over any number of reboots. */
public final class RunningHost implements AutoCloseable {
    /** The first line of every Linux. */
    private static final Pattern KERNEL_STARTS = Pattern.compile("Linux version \\d");

    /** Generous, because a machine without KVM that has other work is slow. */
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 5;

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
    private static final Duration UPDATE_LIMIT = Duration.ofMinutes(10);
    private static final Duration JOURNAL_LIMIT = Duration.ofMinutes(1);
    private static final Duration OFF_LIMIT = Duration.ofMinutes(2);

    private final Vm vm;
    private final SshKey key;
    private @Nullable SshSession session;

    private RunningHost(Vm vm, SshKey key) {
        this.vm = vm;
        this.key = key;
    }

    /** Powers a host on. */
    public static RunningHost start(VmConfig config, SshKey key) throws IOException, InterruptedException {
        return new RunningHost(Vm.start(config), key);
    }

    public Vm vm() {
        return vm;
    }

    /**
     * {@return a session with the boot that is up now; waits until it lets root in} QEMU keeps connections that it took while
     * the guest was restarting, and some of them never come to life: such a session is given up for a new one.
     */
    public SshSession ssh() throws IOException, InterruptedException {
        var open = session;
        for (var attempt = 1; open == null; attempt++) {
            var fresh = vm.ssh("root", key, BOOT_LIMIT);
            try {
                fresh.run("true", ANSWER_LIMIT);
                open = fresh;
                session = open;
            } catch (SshException e) {
                fresh.close();
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
        return open;
    }

    /** {@return the output of a command that has to succeed, without white space around it} */
    public String run(String command) throws IOException, InterruptedException {
        return ssh().run(command, COMMAND_LIMIT).strip();
    }

    /** {@return the journal of all boots, if there is a session and it answers; nothing is waited for otherwise} */
    public Optional<String> journal() {
        var open = session;
        if (open == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(open.run("journalctl --no-pager -o short-monotonic --boot=all", JOURNAL_LIMIT));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Waits until all of the boot is done. {@return {@code running}, or what is wrong} */
    public String awaitRunning() throws IOException, InterruptedException {
        var state = ssh().exec("systemctl is-system-running --wait", BOOT_LIMIT)
                .stdout()
                .strip();
        return state.equals("running")
                ? state
                : state + ": "
                        + ssh().exec("systemctl --failed --plain --no-legend", COMMAND_LIMIT)
                                .stdout()
                                .strip();
    }

    /** Runs a verb of the engine, whatever comes of it. */
    public CommandResult engine(String verb) throws IOException, InterruptedException {
        return ssh().exec("update-engine " + verb, UPDATE_LIMIT);
    }

    /** {@return the JSON that a verb prints, which has to succeed} */
    public JsonNode engineJson(String verb) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(ssh().run("update-engine " + verb + " --json", UPDATE_LIMIT));
    }

    /** {@return the names of the UKIs on the ESP} */
    public List<String> bootEntries() throws IOException, InterruptedException {
        return List.of(run("ls /efi/EFI/Linux").split("\\s+"));
    }

    /**
     * Restarts the host by {@code update-engine reboot} and follows it.
     *
     * @param starts how often a kernel starts before the host is looked at again: more than once if boots fail
     * @return the place on the console at which this began
     */
    public ConsoleMark reboot(int starts) throws IOException, InterruptedException {
        var mark = vm.console().mark();
        ssh().exec("systemd-run --on-active=1 --timer-property=AccuracySec=100ms update-engine reboot", COMMAND_LIMIT);
        awaitStarts(mark, starts);
        return mark;
    }

    /** Waits until a kernel has started {@code starts} times behind {@code mark}; the session is another one then. */
    public void awaitStarts(ConsoleMark mark, int starts) throws IOException, InterruptedException {
        disconnect();
        var limit = BOOT_LIMIT.multipliedBy(starts);
        var from = mark;
        for (var start = 0; start < starts; start++) {
            vm.awaitLine(KERNEL_STARTS, from, limit);
            from = behindNextStart(from);
        }
    }

    /** {@return the place right behind the first start of a kernel that follows {@code from}} */
    private ConsoleMark behindNextStart(ConsoleMark from) {
        var lines = vm.console().lines();
        for (var line = from.line(); line < lines.size(); line++) {
            if (KERNEL_STARTS.matcher(lines.get(line).text()).find()) {
                return new ConsoleMark(line + 1, 0);
            }
        }
        return from;
    }

    /** Presses the power button. {@return whether the host has switched itself off} */
    public boolean powerOff() throws IOException, InterruptedException {
        disconnect();
        return vm.powerOff(OFF_LIMIT);
    }

    private void disconnect() {
        var open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        disconnect();
        vm.close();
    }
}
