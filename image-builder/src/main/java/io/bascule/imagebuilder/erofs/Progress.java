package io.bascule.imagebuilder.erofs;

/** Adds up for an {@link ErofsProgress}. */
final class Progress {
    private final ErofsProgress listener;
    private final long total;
    private long done;

    Progress(ErofsProgress listener, long total) {
        this.listener = listener;
        this.total = total;
    }

    void add(long bytes) {
        done += bytes;
        listener.advanced(done, total);
    }
}
