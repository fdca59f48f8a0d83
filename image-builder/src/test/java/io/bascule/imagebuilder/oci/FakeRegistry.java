package io.bascule.imagebuilder.oci;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * A registry on this machine that does what real ones do: it wants a token, sends blobs from another server, and loses
 * connections.
 */
public final class FakeRegistry implements AutoCloseable {
    private static final String TOKEN = "t0k3n";

    private final HttpServer registry = start();
    private final HttpServer storage = start();

    /** Manifests by tag or digest. */
    final Map<String, byte[]> manifests = new HashMap<>();

    /** Blobs by the hexadecimal digits of their digest. */
    final Map<String, byte[]> blobs = new HashMap<>();

    /** Blobs whose first answer ends in the middle. */
    final Set<String> dropped = new HashSet<>();

    /** Every request, in order: method, path, range. */
    final List<String> requests = new ArrayList<>();

    /** Name and password, separated by a colon; empty if everybody gets a token. */
    String password = "";

    boolean knowsRanges = true;

    /** Puts the image under a tag, or moves the tag to it; its blobs come along. */
    public void put(String tag, Layouts layouts, String manifest) {
        blobs.putAll(layouts.blobs);
        var bytes = Objects.requireNonNull(layouts.blobs.get(manifest));
        manifests.put(tag, bytes);
        manifests.put("sha256:" + manifest, bytes);
    }

    public FakeRegistry() {
        registry.createContext("/", this::answer);
        storage.createContext("/", this::store);
    }

    private static HttpServer start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public String host() {
        return "localhost:" + registry.getAddress().getPort();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            requests.add(path);
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (path.equals("/token")) {
                var basic = "Basic " + Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8));
                if (!password.isEmpty() && !basic.equals(authorization)) {
                    exchange.sendResponseHeaders(401, -1);
                    return;
                }
                var right = String.valueOf(exchange.getRequestURI().getQuery())
                        .contains("service=fake&scope=repository:acme/host:pull");
                send(exchange, right ? 200 : 400, ("{\"token\": \"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
                return;
            }
            if (!("Bearer " + TOKEN).equals(authorization)) {
                exchange.getResponseHeaders()
                        .add(
                                "WWW-Authenticate",
                                "Bearer realm=\"http://" + host()
                                        + "/token\",service=\"fake\",scope=\"repository:acme/host:pull\"");
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            var name = path.substring(path.lastIndexOf('/') + 1);
            if (path.startsWith("/v2/acme/host/manifests/") && manifests.containsKey(name)) {
                exchange.getResponseHeaders().add("Content-Type", MediaType.MANIFEST);
                send(exchange, 200, manifests.get(name));
            } else if (path.startsWith("/v2/acme/host/blobs/")) {
                exchange.getResponseHeaders()
                        .add(
                                "Location",
                                "http://127.0.0.1:" + storage.getAddress().getPort() + "/" + name);
                exchange.sendResponseHeaders(307, -1);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private synchronized void store(HttpExchange exchange) throws IOException {
        try (exchange) {
            var digest = exchange.getRequestURI().getPath().replaceFirst(".*:", "");
            var range = exchange.getRequestHeaders().getFirst("Range");
            requests.add("storage " + (range == null ? "all" : range)
                    + (exchange.getRequestHeaders().containsKey("Authorization") ? " with a secret" : ""));
            var bytes = blobs.get(digest);
            if (bytes == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            var from = range == null || !knowsRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from > 0) {
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
            var to = dropped.remove(digest) ? bytes.length / 2 : bytes.length;
            exchange.getResponseBody().write(bytes, from, to - from);
            exchange.getResponseBody().flush();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        registry.stop(0);
        storage.stop(0);
    }
}
