package io.bascule.imagebuilder.oci;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.ImageReference;
import io.bascule.signing.JsonDocument;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a registry for documents and blobs (OCI distribution specification 1.1): authentication and redirects. */
final class RegistryClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int MAX_REDIRECTS = 5;

    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            // We follow ourselves: passwords and tokens must not reach the host that a registry keeps its blobs on.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final ImageReference image;
    private final boolean plain;
    private final Credentials credentials;
    private @Nullable String authorization;

    /** @param plain whether to go without TLS */
    RegistryClient(ImageReference image, boolean plain, Credentials credentials) {
        this.image = image;
        this.plain = plain;
        this.credentials = credentials;
    }

    /**
     * Asks for something of the image's repository, like {@code blobs/sha256:...}.
     *
     * @return the answer, of status 200 or 206; its body must be closed
     * @throws BuildException if the registry says no for good
     * @throws IOException if asking again may help
     */
    HttpResponse<InputStream> get(String what, Map<String, String> headers)
            throws BuildException, IOException, InterruptedException {
        var host = image.host().equals(DOCKER_HUB) ? DOCKER_HUB_HOST : image.host();
        var uri = URI.create((plain ? "http://" : "https://") + host + "/v2/" + image.repository() + "/" + what);
        var response = follow(uri, headers);
        if (response.statusCode() == 401) {
            response.body().close();
            authorization = authorize(response);
            response = follow(uri, headers);
        }
        var status = response.statusCode();
        if (status == 200 || status == 206) {
            return response;
        }
        response.body().close();
        if (status == 401 || status == 403) {
            throw BuildException.badInput(
                    "the registry " + image.host() + " does not let us read " + image.repository() + " (HTTP " + status
                            + ")",
                    loginHint());
        }
        if (status == 404) {
            throw BuildException.badInput(
                    "the registry " + image.host() + " has no " + what + " of " + image.repository(),
                    "check the name in board.yaml");
        }
        throw new IOException("the registry " + image.host() + " answers " + uri + " with HTTP " + status);
    }

    private String loginHint() {
        return "log in with `docker login " + image.host() + "`; its passwords are read from " + credentials.file();
    }

    private HttpResponse<InputStream> follow(URI start, Map<String, String> headers)
            throws BuildException, IOException, InterruptedException {
        var uri = start;
        for (var hops = 0; ; hops++) {
            var request = HttpRequest.newBuilder(uri).timeout(ANSWER);
            headers.forEach(request::header);
            if (authorization != null && isSameHost(uri, start)) {
                request.header("Authorization", authorization);
            }
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            var location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                return response;
            }
            response.body().close();
            if (hops == MAX_REDIRECTS) {
                throw new IOException(
                        "the registry " + image.host() + " redirects more than " + MAX_REDIRECTS + " times");
            }
            uri = target(uri, location.get());
        }
    }

    private URI target(URI from, String location) throws BuildException {
        try {
            var target = from.resolve(location);
            if ("https".equals(target.getScheme()) || (plain && "http".equals(target.getScheme()))) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            // The same complaint as about another scheme.
        }
        throw BuildException.badInput(
                "the registry " + image.host() + " redirects to '" + location + "', which is not HTTPS",
                "nothing is downloaded from there");
    }

    private static boolean isSameHost(URI one, URI other) {
        return one.getScheme().equals(other.getScheme())
                && one.getRawAuthority().equals(other.getRawAuthority());
    }

    private String authorize(HttpResponse<InputStream> response)
            throws BuildException, IOException, InterruptedException {
        var basic = credentials.basicFor(image.host());
        var challenges = response.headers().allValues("WWW-Authenticate").stream()
                .flatMap(header -> Challenge.parse(header).stream())
                .toList();
        for (var challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                return "Bearer " + token(challenge, basic);
            }
            if (challenge.scheme().equals("basic") && basic.isPresent()) {
                return "Basic " + basic.get();
            }
        }
        throw BuildException.badInput(
                "the registry " + image.host() + " wants " + (challenges.isEmpty() ? "something unknown" : "a password")
                        + " before it shows " + image.repository(),
                loginHint());
    }

    private String token(Challenge challenge, Optional<String> basic)
            throws BuildException, IOException, InterruptedException {
        var realm = challenge.parameters().getOrDefault("realm", "");
        var query = new StringBuilder();
        var service = challenge.parameters().get("service");
        if (service != null) {
            query.append("&service=").append(URLEncoder.encode(service, StandardCharsets.UTF_8));
        }
        var scope = challenge.parameters().getOrDefault("scope", "repository:" + image.repository() + ":pull");
        query.append("&scope=").append(URLEncoder.encode(scope, StandardCharsets.UTF_8));
        var uri = target(URI.create("https://invalid/"), realm + (realm.contains("?") ? "" : "?") + query);
        var request = HttpRequest.newBuilder(uri).timeout(ANSWER);
        basic.ifPresent(value -> request.header("Authorization", "Basic " + value));
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            if (response.statusCode() != 200) {
                throw BuildException.badInput(
                        "the registry " + image.host() + " gives no token for " + image.repository() + ": "
                                + uri.getHost() + " answers with HTTP " + response.statusCode(),
                        loginHint());
            }
            var document = JsonDocument.read("token of " + uri.getHost(), body.readNBytes(JsonDocument.MAX_SIZE + 1));
            var token = document.text(document.has("token") ? "token" : "access_token");
            if (!token.matches("[\\x21-\\x7E]+")) {
                throw document.malformed("token", "not a token");
            }
            return token;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
