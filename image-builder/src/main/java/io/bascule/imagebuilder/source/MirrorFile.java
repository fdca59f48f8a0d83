package io.bascule.imagebuilder.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/** Opens files of a mirror: over HTTP, or in a folder of this machine. Several threads may use one. */
public final class MirrorFile implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    /**
     * Opens the file at {@code path} below {@code mirror}.
     *
     * @throws FileNotFoundException if the mirror does not have it
     */
    public InputStream open(URI mirror, String path) throws IOException, InterruptedException {
        if (!"http".equals(mirror.getScheme()) && !"https".equals(mirror.getScheme())) {
            try {
                return Files.newInputStream(Path.of(mirror.getPath()).resolve(path));
            } catch (NoSuchFileException e) {
                throw notFound(path);
            }
        }
        var request = HttpRequest.newBuilder(URI.create(mirror + "/" + encode(path)))
                .timeout(PATIENCE)
                .build();
        var response = send(request);
        if (response.statusCode() == OK) {
            return new StallGuard(response.body());
        }
        response.body().close();
        if (response.statusCode() == NOT_FOUND || response.statusCode() == GONE) {
            throw notFound(path);
        }
        throw new IOException(mirror + " answers with status " + response.statusCode());
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (UnresolvedAddressException e) {
            throw (IOException) new UnknownHostException(request.uri().getHost()).initCause(e);
        }
    }

    private static FileNotFoundException notFound(String path) {
        return new FileNotFoundException(path);
    }

    private static String encode(String path) {
        try {
            return new URI(null, null, "/" + path, null).getRawPath().substring(1);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
