package io.bascule.updateengine.source;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;

/** A release folder behind HTTP(S). A server that is silent for a minute counts as gone, and so does one that is slower than
 * any network. */
final class HttpSource implements ReleaseSource {
    private static final int MAX_PORT = 65535;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    /** After a connection broke, before the next. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final URI folder;
    private final Duration firstPause;

    /**
     * {@return the release folder of that URL}
     *
     * @param folder ends in a slash
     * @throws IllegalArgumentException if nothing can be connected to by it
     */
    static HttpSource of(URI folder) {
        if (folder.getHost() == null || folder.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("it has no host, or no such port exists");
        }
        return new HttpSource(folder, FIRST_PAUSE);
    }

    HttpSource(URI folder, Duration firstPause) {
        this.folder = folder;
        this.firstPause = firstPause;
    }

    @Override
    public byte[] metadata() throws IOException {
        var connection = connect(METADATA, 0);
        try (var in = new PacedInputStream(connection.getInputStream(), System::nanoTime, late -> late)) {
            return in.readNBytes(MAX_METADATA + 1);
        } catch (IOException e) {
            throw gone(METADATA, e);
        } finally {
            connection.disconnect();
        }
    }

    @Override
    public InputStream open(String name, long size) throws IOException {
        var connection = connect(name, 0);
        var announced = connection.getContentLengthLong();
        if (announced >= 0 && announced != size) {
            connection.disconnect();
            throw new EngineException(
                    Problem.MISMATCH,
                    at(name) + " has " + announced + " bytes, not the " + size + " it is signed to have",
                    "the server has another file than the release was signed with: upload the release again");
        }
        var resuming = new ResumingInputStream(
                connection.getInputStream(),
                size,
                firstPause,
                position -> resume(name, position),
                failure -> gone(name, failure));
        return new PacedInputStream(resuming, System::nanoTime, failure -> gone(name, failure));
    }

    @Override
    public String name() {
        return folder.toString();
    }

    private InputStream resume(String name, long position) throws IOException {
        var connection = connect(name, position);
        var in = connection.getInputStream();
        if (position > 0 && connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
            // It knows no ranges, and begins anew.
            in.skipNBytes(position);
        }
        return in;
    }

    private HttpURLConnection connect(String name, long position) throws IOException {
        HttpURLConnection connection;
        try {
            connection = (HttpURLConnection)
                    folder.resolve(new URI(null, null, name, null)).toURL().openConnection();
        } catch (URISyntaxException e) {
            throw new IOException("'" + name + "' cannot be part of a URL", e);
        }
        connection.setConnectTimeout((int) CONNECT_LIMIT.toMillis());
        connection.setReadTimeout((int) SILENCE_LIMIT.toMillis());
        connection.setUseCaches(false);
        if (position > 0) {
            connection.setRequestProperty("Range", "bytes=" + position + "-");
        }
        int status;
        try {
            status = connection.getResponseCode();
        } catch (IOException e) {
            throw gone(name, e);
        }
        if (status != HttpURLConnection.HTTP_OK && (position == 0 || status != HttpURLConnection.HTTP_PARTIAL)) {
            connection.disconnect();
            throw new EngineException(
                    Problem.NETWORK,
                    at(name) + ": the server answers with " + status
                            + (position > 0 ? " to a request for the rest from byte " + position : ""),
                    "check the URL: it must lead to the folder that " + METADATA + " is in");
        }
        return connection;
    }

    private EngineException gone(String name, IOException cause) {
        return cause instanceof EngineException known
                ? known
                : new EngineException(
                        Problem.NETWORK,
                        at(name) + ": " + words(cause),
                        "check network and server, and try again",
                        cause);
    }

    private static String words(IOException cause) {
        if (cause instanceof UnknownHostException) {
            return "there is no host of that name";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private String at(String name) {
        return folder + name;
    }
}
