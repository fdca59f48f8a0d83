package io.bascule.updateengine.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.Function;

/**
 * The bytes of one file over several connections: when one breaks, the next goes on where it ended. Whether the server still
 * has the same file is not its business: every byte is verified behind it.
 */
final class ResumingInputStream extends InputStream {
    /** Without a byte in between. With a first pause of a second it makes half a minute, enough for a server that restarts. */
    private static final int MAX_ATTEMPTS = 5;

    private final long size;
    private final Duration firstPause;
    private final Opener opener;
    private final Function<IOException, IOException> failure;
    private InputStream current;
    private long position;
    private int attempts;

    /** Opens the file at a position. */
    @FunctionalInterface
    interface Opener {
        InputStream open(long position) throws IOException;
    }

    /**
     * @param size of the file; an end before it counts as a broken connection
     * @param firstPause before connecting again; each further one is twice as long
     * @param failure makes the exception to be thrown of the last one, when no attempt is left
     */
    ResumingInputStream(
            InputStream first,
            long size,
            Duration firstPause,
            Opener opener,
            Function<IOException, IOException> failure) {
        this.current = first;
        this.size = size;
        this.firstPause = firstPause;
        this.opener = opener;
        this.failure = failure;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
            try {
                var count = current.read(target, offset, length);
                if (count > 0) {
                    position += count;
                    attempts = 0;
                    return count;
                }
                if (count == 0 || position >= size) {
                    return count;
                }
                throw new IOException("the connection ended after " + position + " of " + size + " bytes");
            } catch (IOException e) {
                reconnect(e);
            }
        }
    }

    private void reconnect(IOException broken) throws IOException {
        IOException last = null;
        while (attempts < MAX_ATTEMPTS) {
            pause(firstPause.multipliedBy(1L << attempts));
            attempts++;
            try {
                current.close();
            } catch (IOException ignored) {
                // It is broken; that is why we are here.
            }
            try {
                current = opener.open(position);
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        if (last == null) {
            throw failure.apply(broken);
        }
        last.addSuppressed(broken);
        throw failure.apply(last);
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for the server").initCause(e);
        }
    }

    @Override
    public void close() throws IOException {
        current.close();
    }
}
