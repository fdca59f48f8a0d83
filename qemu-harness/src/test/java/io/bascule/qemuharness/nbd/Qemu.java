package io.bascule.qemuharness.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.qemuharness.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** QEMU's tools as clients of a server. Where they are not installed, the test that wants them is skipped. */
final class Qemu implements AutoCloseable {
    private static final String PROMPT = "qemu-io> ";

    private final Process process;

    private Qemu(Process process) {
        this.process = process;
    }

    static String url(NbdServer server) {
        return "nbd+unix:///?socket=" + server.socket();
    }

    /** {@return what a {@code qemu-img} that succeeds prints} */
    static String img(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Tools.require("qemu-img").toString());
        command.addAll(List.of(arguments));
        return Tools.output(command.toArray(String[]::new));
    }

    /**
     * {@return a {@code qemu-io} that waits for commands}
     *
     * @param cache {@code writethrough} makes every write durable, {@code writeback} none
     */
    static Qemu io(NbdServer server, String cache) throws IOException {
        var process = new ProcessBuilder(
                        Tools.require("qemu-io").toString(), "-f", "raw", "-t", cache, "-d", "unmap", url(server))
                .redirectErrorStream(true)
                .start();
        var qemu = new Qemu(process);
        assertThat(qemu.answer()).isEmpty();
        return qemu;
    }

    /** {@return what it says about a command, when it has carried it out} */
    String command(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return answer();
    }

    private String answer() throws IOException {
        var output = new ByteArrayOutputStream();
        while (!output.toString(StandardCharsets.UTF_8).endsWith(PROMPT)) {
            var next = process.getInputStream().read();
            assertThat(next).as("qemu-io has ended: %s", output).isGreaterThanOrEqualTo(0);
            output.write(next);
        }
        var text = output.toString(StandardCharsets.UTF_8);
        return text.substring(0, text.length() - PROMPT.length());
    }

    /** Ends it before it can flush anything. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
