package io.bascule.qemuharness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of the QEMU Machine Protocol: commands and their answers. Safe for use by several threads.
 *
 * @see <a href="https://www.qemu.org/docs/master/interop/qmp-spec.html">QMP, sections 2.2 to 2.4</a>
 */
public final class Qmp implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> unanswered = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Qmp(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects to QEMU's socket and leaves the protocol's negotiation mode. */
    static Qmp connect(Path socket) throws IOException, InterruptedException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        var qmp = new Qmp(channel);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().name("QMP " + socket).start(qmp::read);
            qmp.execute("qmp_capabilities");
            return qmp;
        } catch (IOException | InterruptedException e) {
            qmp.close();
            throw e;
        }
    }

    /** As {@link #execute(String, Map)}, without arguments. */
    public JsonNode execute(String command) throws IOException, InterruptedException {
        return execute(command, Map.of());
    }

    /**
     * Executes a command.
     *
     * @return what it returns; an empty object for most
     * @throws QmpException if QEMU refuses it, or does not answer within 20 s
     * @see <a href="https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html">the commands</a>
     */
    public JsonNode execute(String command, Map<String, ?> arguments) throws IOException, InterruptedException {
        var id = lastId.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        unanswered.put(id, answer);
        try {
            if (closed) {
                throw new QmpException(command, "QEMU has closed the connection");
            }
            try {
                send(id, command, arguments);
            } catch (IOException e) {
                // QEMU has ended, and the thread that reads has not noticed yet.
                throw new QmpException(command, "the connection to QEMU broke: " + e.getMessage());
            }
            return resultOf(command, answer.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw new QmpException(command, "no answer within " + ANSWER_LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new QmpException(command, String.valueOf((cause == null ? e : cause).getMessage()));
        } finally {
            unanswered.remove(id);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private synchronized void send(long id, String command, Map<String, ?> arguments) throws IOException {
        var request = new LinkedHashMap<String, Object>();
        request.put("execute", command);
        request.put("id", id);
        if (!arguments.isEmpty()) {
            request.put("arguments", arguments);
        }
        var bytes = ByteBuffer.wrap((JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static JsonNode resultOf(String command, JsonNode answer) throws QmpException {
        if (answer.has("error")) {
            throw new QmpException(command, answer.path("error").path("desc").asText());
        }
        return answer.path("return");
    }

    private void read() {
        var problem = "QEMU has closed the connection";
        try (var reader =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var message = JSON.readTree(line);
                // Greeting and events carry no id.
                var answer = unanswered.get(message.path("id").asLong(-1));
                if (answer != null) {
                    answer.complete(message);
                }
            }
        } catch (JsonProcessingException e) {
            problem = "QEMU sends what is not JSON: " + e.getOriginalMessage();
        } catch (IOException e) {
            problem = "the connection to QEMU broke: " + e.getMessage();
        }
        closed = true;
        var reason = new IOException(problem);
        unanswered.values().forEach(answer -> answer.completeExceptionally(reason));
    }
}
