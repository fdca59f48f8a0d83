package io.bascule.updateengine.source;

import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** A release folder, wherever it is. What it gives is not verified. */
public interface ReleaseSource {
    /** The document that says what the release is. */
    String METADATA = "release.json";

    /** The largest release.json that is read: what a source may make us hold in memory before a signature was checked. */
    int MAX_METADATA = 1 << 20;

    /** {@return all of {@code release.json}, or its first bytes, more than {@link #MAX_METADATA}, if it is larger} */
    byte[] metadata() throws IOException;

    /**
     * {@return the bytes of a file of the release}
     *
     * @param name without path
     * @param size that it is signed to have; a source that knows that it has another one says so at once
     */
    InputStream open(String name, long size) throws IOException;

    /** {@return how people call it} */
    String name();

    /**
     * {@return the source that {@code from} names: an {@code http://} or {@code https://} URL, a {@code file:} URL, or a
     * folder}
     *
     * @throws EngineException if it is none of these
     */
    static ReleaseSource of(String from) throws EngineException {
        try {
            if (from.startsWith("http://") || from.startsWith("https://")) {
                return HttpSource.of(new URI(from.endsWith("/") ? from : from + "/"));
            }
            if (from.startsWith("file:")) {
                return new FolderSource(Path.of(new URI(from)));
            }
            if (from.matches("[A-Za-z][A-Za-z0-9+.-]*://.*")) {
                throw new IllegalArgumentException("only http, https and file are known");
            }
            return new FolderSource(Path.of(from));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new EngineException(
                    Problem.NETWORK,
                    "'" + from + "' is no place that a release can come from: " + e.getMessage(),
                    "give the URL or the path of a release folder, the one with " + METADATA + " in it",
                    e);
        }
    }
}
