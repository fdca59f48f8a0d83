package io.bascule.updateengine.source;

import java.net.URI;
import java.time.Duration;

/** A release behind HTTP, without the long pauses between attempts to connect. */
public final class QuickSource {
    private QuickSource() {}

    public static ReleaseSource of(URI folder) {
        return new HttpSource(folder, Duration.ofMillis(1));
    }
}
