package io.bascule.payload;

/**
 * A delta payload does not fit what is on this host: there is no old content, it is too short, or blocks of it are not those
 * that the delta was made from. A full payload needs none.
 */
public final class SourceMismatchException extends PayloadException {
    private final String partition;

    SourceMismatchException(String partition, String problem) {
        super("the old content of partition '" + partition + "' does not fit this delta payload: " + problem);
        this.partition = partition;
    }

    public String partition() {
        return partition;
    }
}
